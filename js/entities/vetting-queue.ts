import { createEntityHooks, type EntityHooks } from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { VettingItem } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<VettingItem>('vetting_queue');

export const vettingApi: RestApi<VettingItem> = /* @__PURE__ */ readyMadeApi(definition);

type Hooks = EntityHooks<VettingItem>;

const hooks: Hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: vettingApi,
  order: 'priority.desc,id.asc',
});
/** `useVettingQueue({ status: 'pending' })`; the most urgent first. */
export const useVettingQueue: Hooks['useList'] = hooks.useList;
export const useCreateVettingItem: Hooks['useCreate'] = hooks.useCreate;
export const useUpdateVettingItem: Hooks['useUpdate'] = hooks.useUpdate;
export const useDeleteVettingItem: Hooks['useDelete'] = hooks.useDelete;
