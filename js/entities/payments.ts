import type { RowId } from '../core/effects.ts';
import type { Filters } from './filters.ts';
import {
  createEntityHooks,
  type EntityHooks,
  type EntityListOptions,
  type EntityQueryResult,
} from './hooks.ts';
import { definitionOf, readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import type { Payment } from './rows.ts';

const definition = /* @__PURE__ */ definitionOf<Payment>('payments');

export const paymentsApi: RestApi<Payment> = /* @__PURE__ */ readyMadeApi(definition);

type Hooks = EntityHooks<Payment>;

const hooks: Hooks = /* @__PURE__ */ createEntityHooks(definition, {
  api: paymentsApi,
  order: 'id.asc',
});

type PaymentFilters = Omit<Filters<Payment>, 'corporate_id'>;

/**
 * One company's payments. While `corporateId` is undefined or null nothing is asked for.
 *
 * @throws TidemarkError `bad_filter`, `unknown_entity`
 */
export function usePayments<TData = Payment[]>(
  corporateId: RowId | null | undefined,
  filters: PaymentFilters = {},
  options: EntityListOptions<Payment, TData> = {},
  enableRealtime = true,
): EntityQueryResult<TData> {
  const isKnown = corporateId !== undefined && corporateId !== null;
  return hooks.useList<TData>(
    { ...filters, corporate_id: corporateId ?? null },
    isKnown ? options : { ...options, enabled: false },
    enableRealtime,
  );
}

export const usePayment: Hooks['useDetail'] = hooks.useDetail;
export const useCreatePayment: Hooks['useCreate'] = hooks.useCreate;
export const useUpdatePayment: Hooks['useUpdate'] = hooks.useUpdate;
export const useDeletePayment: Hooks['useDelete'] = hooks.useDelete;
