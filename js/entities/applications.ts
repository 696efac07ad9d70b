import { createEntityHooks, type EntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Application } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Application>('applications');

export const applicationsApi: RestApi<Application> = /* @__PURE__ */ readyMadeApi(definition);

type Hooks = EntityHooks<Application>;

const hooks: Hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: applicationsApi,
  order: 'id.asc',
});
/** `useApplications({ project_id: 5 })` */
export const useApplications: Hooks['useList'] = hooks.useList;
export const useApplication: Hooks['useDetail'] = hooks.useDetail;
export const useCreateApplication: Hooks['useCreate'] = hooks.useCreate;
export const useUpdateApplication: Hooks['useUpdate'] = hooks.useUpdate;
export const useDeleteApplication: Hooks['useDelete'] = hooks.useDelete;
