import {
  type Project,
  useCreateProject,
  useDeleteProject,
  useProjects,
  useUpdateProject,
} from 'tidemark/entities';
import { choiceColumn, idColumn, versionColumn } from '../columns.ts';
import { definePage } from '../page.ts';

export const STATUSES = ['draft', 'active', 'completed'] as const;

export const projectsPage = definePage<Project>({
  path: 'projects',
  title: 'Projects',
  noun: 'project',
  entity: 'projects',
  columns: [
    idColumn,
    { field: 'name', label: 'Name', kind: 'name', isEditable: true },
    choiceColumn('status', 'Status', STATUSES),
    { field: 'city', label: 'City', kind: 'text', isEditable: true },
    { field: 'budget', label: 'Budget', kind: 'amount', isEditable: true },
    { field: 'volunteers_needed', label: 'Needed', kind: 'number', isEditable: true },
    { field: 'tags', label: 'Tags', kind: 'tags', isEditable: true },
    versionColumn,
  ],
  filters: [
    { field: 'status', label: 'Status', kind: 'choice', choices: STATUSES },
    { field: 'city', label: 'City', kind: 'search' },
  ],
  useRows: useProjects,
  useCreate: useCreateProject,
  useUpdate: useUpdateProject,
  useDelete: useDeleteProject,
});
