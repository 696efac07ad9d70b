import { createEntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { AdminUser } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<AdminUser>('admin_users');

export const adminUsersApi: RestApi<AdminUser> = /* @__PURE__ */ readyMadeApi(definition);

const hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: adminUsersApi,
  order: 'id.asc',
});
/** `useAdminUsers({ role: 'admin' })` */
export const useAdminUsers = hooks.useList;
export const useAdminUser = hooks.useDetail;
export const useCreateAdminUser = hooks.useCreate;
export const useUpdateAdminUser = hooks.useUpdate;
export const useDeleteAdminUser = hooks.useDelete;
