import { createEntityHooks, defineEntity } from 'tidemark/entities';

export interface Task {
  id: string;
  title: string;
  done?: boolean;
  version: number;
}

export const tasks = defineEntity<Task>()({
  name: 'tasks',
  table: 'tasks',
  idField: 'id',
  versionField: 'version',
  queryKeys: { list: ['tasks', 'list'], detail: ['tasks', 'detail'] },
});

export const {
  useList: useTasks,
  useCreate: useCreateTask,
  useUpdate: useUpdateTask,
  useDelete: useDeleteTask,
} = createEntityHooks(tasks);
