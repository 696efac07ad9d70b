import { createEntityHooks, type EntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Project } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Project>('projects');

export const projectsApi: RestApi<Project> = /* @__PURE__ */ readyMadeApi(definition);

type Hooks = EntityHooks<Project>;

const hooks: Hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: projectsApi,
  order: 'id.asc',
});
/** `useProjects({ status: ['active'] })` */
export const useProjects: Hooks['useList'] = hooks.useList;
export const useProject: Hooks['useDetail'] = hooks.useDetail;
export const useCreateProject: Hooks['useCreate'] = hooks.useCreate;
export const useUpdateProject: Hooks['useUpdate'] = hooks.useUpdate;
export const useDeleteProject: Hooks['useDelete'] = hooks.useDelete;
