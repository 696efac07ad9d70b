import { createEntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Organization } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Organization>('organizations');

export const organizationsApi: RestApi<Organization> = /* @__PURE__ */ readyMadeApi(definition);

const hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: organizationsApi,
  order: 'id.asc',
});
/** `useOrganizations({ verification_status: ['verified'] })` */
export const useOrganizations = hooks.useList;
export const useOrganization = hooks.useDetail;
export const useCreateOrganization = hooks.useCreate;
export const useUpdateOrganization = hooks.useUpdate;
export const useDeleteOrganization = hooks.useDelete;
