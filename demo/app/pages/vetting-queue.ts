import {
  useCreateVettingItem,
  useDeleteVettingItem,
  useUpdateVettingItem,
  useVettingQueue,
  type VettingItem,
} from 'tidemark/entities';
import { choiceColumn, idColumn, versionColumn } from '../columns.ts';
import { definePage } from '../page.ts';

const STATUSES = ['pending', 'approved', 'rejected'] as const;

export const vettingQueuePage = definePage<VettingItem>({
  path: 'admin/vetting',
  title: 'Vetting queue',
  noun: 'item',
  entity: 'vetting_queue',
  columns: [
    idColumn,
    { field: 'subject', label: 'Subject', kind: 'name', isEditable: true },
    { field: 'priority', label: 'Priority', kind: 'number', isEditable: true },
    { field: 'organization_id', label: 'Organization', kind: 'number', isEditable: true },
    choiceColumn('status', 'Status', STATUSES),
    versionColumn,
  ],
  filters: [
    { field: 'status', label: 'Status', kind: 'choice', choices: STATUSES, initial: 'pending' },
    { field: 'subject', label: 'Subject', kind: 'search' },
  ],
  useRows: useVettingQueue,
  useCreate: useCreateVettingItem,
  useUpdate: useUpdateVettingItem,
  useDelete: useDeleteVettingItem,
});
