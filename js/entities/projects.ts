import { createEntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Project } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Project>('projects');

export const projectsApi: RestApi<Project> = /* @__PURE__ */ readyMadeApi(definition);

const hooks = /* @__PURE__ */ createEntityHooks(definition, { api: projectsApi, order: 'id.asc' });
/** `useProjects({ status: ['active'] })` */
export const useProjects = hooks.useList;
export const useProject = hooks.useDetail;
export const useCreateProject = hooks.useCreate;
export const useUpdateProject = hooks.useUpdate;
export const useDeleteProject = hooks.useDelete;
