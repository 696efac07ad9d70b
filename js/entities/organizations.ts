import { createEntityHooks, type EntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Organization } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Organization>('organizations');

export const organizationsApi: RestApi<Organization> = /* @__PURE__ */ readyMadeApi(definition);

type Hooks = EntityHooks<Organization>;

const hooks: Hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: organizationsApi,
  order: 'id.asc',
});
/** `useOrganizations({ verification_status: ['verified'] })` */
export const useOrganizations: Hooks['useList'] = hooks.useList;
export const useOrganization: Hooks['useDetail'] = hooks.useDetail;
export const useCreateOrganization: Hooks['useCreate'] = hooks.useCreate;
export const useUpdateOrganization: Hooks['useUpdate'] = hooks.useUpdate;
export const useDeleteOrganization: Hooks['useDelete'] = hooks.useDelete;
