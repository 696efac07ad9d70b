import {
  type AdminUser,
  useAdminUsers,
  useCreateAdminUser,
  useDeleteAdminUser,
  useUpdateAdminUser,
} from 'tidemark/entities';
import { choiceColumn, idColumn, versionColumn } from '../columns.ts';
import { definePage } from '../page.ts';

const ROLES = ['viewer', 'editor', 'admin'] as const;
const STATUSES = ['active', 'suspended'] as const;

export const adminUsersPage = definePage<AdminUser>({
  path: 'admin/users',
  title: 'Users',
  noun: 'user',
  entity: 'admin_users',
  columns: [
    idColumn,
    { field: 'name', label: 'Name', kind: 'name', isEditable: true },
    { field: 'email', label: 'E-mail', kind: 'text', isEditable: true },
    choiceColumn('role', 'Role', ROLES),
    choiceColumn('status', 'Status', STATUSES),
    { field: 'last_seen_at', label: 'Last seen', kind: 'time' },
    versionColumn,
  ],
  filters: [
    { field: 'role', label: 'Role', kind: 'choice', choices: ROLES },
    { field: 'status', label: 'Status', kind: 'choice', choices: STATUSES },
  ],
  useRows: useAdminUsers,
  useCreate: useCreateAdminUser,
  useUpdate: useUpdateAdminUser,
  useDelete: useDeleteAdminUser,
});
