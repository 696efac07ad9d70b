import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Change, type Todo, todosApi } from './todos-api.ts';

const queryKey = ['todos', 'list'];

export const useTodos = () => useQuery({ queryKey, queryFn: todosApi.list });

export function useUpdateTodo() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => todosApi.update(change.id, change),
    onMutate: async (change) => {
      // An answer under way would undo the edit.
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Todo[]>(queryKey);
      client.setQueryData<Todo[]>(queryKey, (todos) =>
        todos?.map((todo) => (todo.id === change.id ? { ...todo, ...change } : todo)),
      );
      return { before };
    },
    onError: (_error, _change, context) => client.setQueryData(queryKey, context?.before),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}
