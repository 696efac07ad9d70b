import { createEntityHooks, defineEntity } from 'tidemark/entities';

export const tasks = defineEntity<{ id: number; title: string }>()({
  name: 'tasks',
  table: 'tasks',
  idField: 'id',
  queryKeys: { list: ['tasks', 'list'], detail: ['tasks', 'detail'] },
});
export const { useList: useTasks, useUpdate: useUpdateTask } = createEntityHooks(tasks);
