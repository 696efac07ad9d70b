import {
  type EntityQueryResult,
  type Filters,
  type Payment,
  useCreatePayment,
  useDeletePayment,
  usePayments,
  useUpdatePayment,
} from 'tidemark/entities';
import { choiceColumn, idColumn, versionColumn } from '../columns.ts';
import { definePage } from '../page.ts';

const STATUSES = ['pending', 'approved', 'rejected'] as const;

/** Payments are shown by company; without one there is nothing to show. */
function useCompanyPayments({
  corporate_id,
  ...filters
}: Filters<Payment>): EntityQueryResult<Payment[]> {
  return usePayments(typeof corporate_id === 'number' ? corporate_id : null, filters);
}

export const paymentsPage = definePage<Payment>({
  path: 'payments',
  title: 'Payments',
  noun: 'payment',
  entity: 'payments',
  columns: [
    { ...idColumn, kind: 'name' },
    { field: 'corporate_id', label: 'Company', kind: 'number', isEditable: true, initial: 1 },
    { field: 'project_id', label: 'Project', kind: 'number', isEditable: true, initial: 1 },
    { field: 'amount', label: 'Amount', kind: 'amount', isEditable: true },
    { field: 'currency', label: 'Currency', kind: 'text', isEditable: true, initial: 'PKR' },
    choiceColumn('status', 'Status', STATUSES),
    versionColumn,
  ],
  filters: [
    { field: 'corporate_id', label: 'Company', kind: 'number', initial: '1' },
    { field: 'status', label: 'Status', kind: 'choice', choices: STATUSES },
  ],
  useRows: useCompanyPayments,
  useCreate: useCreatePayment,
  useUpdate: useUpdatePayment,
  useDelete: useDeletePayment,
});
