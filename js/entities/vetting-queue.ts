import { createEntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { VettingItem } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<VettingItem>('vetting_queue');

export const vettingApi: RestApi<VettingItem> = /* @__PURE__ */ readyMadeApi(definition);

const hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: vettingApi,
  order: 'priority.desc,id.asc',
});
/** `useVettingQueue({ status: 'pending' })`; the most urgent first. */
export const useVettingQueue = hooks.useList;
export const useCreateVettingItem = hooks.useCreate;
export const useUpdateVettingItem = hooks.useUpdate;
export const useDeleteVettingItem = hooks.useDelete;
