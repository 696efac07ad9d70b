import {
  type Organization,
  useCreateOrganization,
  useDeleteOrganization,
  useOrganizations,
  useUpdateOrganization,
} from 'tidemark/entities';
import { choiceColumn, idColumn, versionColumn } from '../columns.ts';
import { definePage } from '../page.ts';

const STATUSES = ['pending', 'verified', 'rejected'] as const;

export const organizationsPage = definePage<Organization>({
  path: 'organizations',
  title: 'Organizations',
  noun: 'organization',
  entity: 'organizations',
  columns: [
    idColumn,
    { field: 'name', label: 'Name', kind: 'name', isEditable: true },
    choiceColumn('verification_status', 'Verification', STATUSES),
    { field: 'city', label: 'City', kind: 'text', isEditable: true },
    versionColumn,
  ],
  filters: [
    { field: 'verification_status', label: 'Verification', kind: 'choice', choices: STATUSES },
    { field: 'name', label: 'Name', kind: 'search' },
  ],
  useRows: useOrganizations,
  useCreate: useCreateOrganization,
  useUpdate: useUpdateOrganization,
  useDelete: useDeleteOrganization,
});
