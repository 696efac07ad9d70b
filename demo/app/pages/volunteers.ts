import {
  useCreateVolunteer,
  useDeleteVolunteer,
  useUpdateVolunteer,
  useVolunteers,
  type Volunteer,
} from 'tidemark/entities';
import { idColumn, versionColumn } from '../columns.ts';
import { definePage } from '../page.ts';

export const volunteersPage = definePage<Volunteer>({
  path: 'volunteers',
  title: 'Volunteers',
  noun: 'volunteer',
  entity: 'volunteers',
  columns: [
    idColumn,
    { field: 'name', label: 'Name', kind: 'name', isEditable: true },
    { field: 'city', label: 'City', kind: 'text', isEditable: true },
    { field: 'available', label: 'Available', kind: 'flag', isEditable: true },
    { field: 'skills', label: 'Skills', kind: 'tags', isEditable: true },
    { field: 'hours', label: 'Hours', kind: 'number', isEditable: true },
    versionColumn,
  ],
  filters: [
    { field: 'city', label: 'City', kind: 'search' },
    { field: 'available', label: 'Available', kind: 'flag' },
  ],
  useRows: useVolunteers,
  useCreate: useCreateVolunteer,
  useUpdate: useUpdateVolunteer,
  useDelete: useDeleteVolunteer,
});
