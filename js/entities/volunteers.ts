import { createEntityHooks, type EntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Volunteer } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Volunteer>('volunteers');

export const volunteersApi: RestApi<Volunteer> = /* @__PURE__ */ readyMadeApi(definition);

type Hooks = EntityHooks<Volunteer>;

const hooks: Hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: volunteersApi,
  order: 'id.asc',
});
/** `useVolunteers({ city: 'Lahore' })` */
export const useVolunteers: Hooks['useList'] = hooks.useList;
export const useVolunteer: Hooks['useDetail'] = hooks.useDetail;
export const useCreateVolunteer: Hooks['useCreate'] = hooks.useCreate;
export const useUpdateVolunteer: Hooks['useUpdate'] = hooks.useUpdate;
export const useDeleteVolunteer: Hooks['useDelete'] = hooks.useDelete;
