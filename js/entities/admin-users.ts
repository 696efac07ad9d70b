import { createEntityHooks, type EntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { AdminUser } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<AdminUser>('admin_users');

export const adminUsersApi: RestApi<AdminUser> = /* @__PURE__ */ readyMadeApi(definition);

type Hooks = EntityHooks<AdminUser>;

const hooks: Hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: adminUsersApi,
  order: 'id.asc',
});
/** `useAdminUsers({ role: 'admin' })` */
export const useAdminUsers: Hooks['useList'] = hooks.useList;
export const useAdminUser: Hooks['useDetail'] = hooks.useDetail;
export const useCreateAdminUser: Hooks['useCreate'] = hooks.useCreate;
export const useUpdateAdminUser: Hooks['useUpdate'] = hooks.useUpdate;
export const useDeleteAdminUser: Hooks['useDelete'] = hooks.useDelete;
