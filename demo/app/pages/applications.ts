import {
  type Application,
  useApplications,
  useCreateApplication,
  useDeleteApplication,
  useUpdateApplication,
} from 'tidemark/entities';
import { choiceColumn, idColumn, versionColumn } from '../columns.ts';
import { definePage } from '../page.ts';

const STATUSES = ['pending', 'accepted', 'rejected', 'withdrawn'] as const;

export const applicationsPage = definePage<Application>({
  path: 'applications',
  title: 'Applications',
  noun: 'application',
  entity: 'applications',
  columns: [
    idColumn,
    { field: 'message', label: 'Message', kind: 'name', isEditable: true },
    choiceColumn('status', 'Status', STATUSES),
    { field: 'project_id', label: 'Project', kind: 'number', isEditable: true, initial: 1 },
    {
      field: 'volunteer_id',
      label: 'Volunteer',
      kind: 'id',
      isEditable: true,
      initial: '00000000-0000-4000-8000-000000000001',
    },
    versionColumn,
  ],
  filters: [
    { field: 'status', label: 'Status', kind: 'choice', choices: STATUSES },
    { field: 'project_id', label: 'Project', kind: 'number' },
  ],
  useRows: useApplications,
  useCreate: useCreateApplication,
  useUpdate: useUpdateApplication,
  useDelete: useDeleteApplication,
});
