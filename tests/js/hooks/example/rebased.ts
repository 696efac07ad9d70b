import { defineEntity } from 'tidemark/entities';
import { useRealtimeMutation, useRealtimeQuery } from 'tidemark/react';
import { type Change, todosApi } from './todos-api.ts';

export const todos = defineEntity({
  name: 'todos',
  table: 'todos',
  idField: 'id',
  queryKeys: { list: ['todos', 'list'] },
});
const queryKey = todos.queryKeys.list;

export const useTodos = () =>
  useRealtimeQuery({ queryKey, queryFn: todosApi.list, realtimeEntity: 'todos' });

export const useUpdateTodo = () =>
  useRealtimeMutation({
    realtimeEntity: 'todos',
    action: 'update',
    mutationFn: (_: Change, { id, data, mutationId }) => todosApi.update(id, data, mutationId),
  });
