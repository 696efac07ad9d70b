import { createEntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Application } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Application>('applications');

export const applicationsApi: RestApi<Application> = /* @__PURE__ */ readyMadeApi(definition);

const hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: applicationsApi,
  order: 'id.asc',
});
/** `useApplications({ project_id: 5 })` */
export const useApplications = hooks.useList;
export const useApplication = hooks.useDetail;
export const useCreateApplication = hooks.useCreate;
export const useUpdateApplication = hooks.useUpdate;
export const useDeleteApplication = hooks.useDelete;
