import { createEntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Volunteer } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Volunteer>('volunteers');

export const volunteersApi: RestApi<Volunteer> = /* @__PURE__ */ readyMadeApi(definition);

const hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: volunteersApi,
  order: 'id.asc',
});
/** `useVolunteers({ city: 'Lahore' })` */
export const useVolunteers = hooks.useList;
export const useVolunteer = hooks.useDetail;
export const useCreateVolunteer = hooks.useCreate;
export const useUpdateVolunteer = hooks.useUpdate;
export const useDeleteVolunteer = hooks.useDelete;
