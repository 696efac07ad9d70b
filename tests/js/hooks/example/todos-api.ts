export interface Todo {
  id: number;
  title: string;
  done: boolean;
}

/** The members of a todo that change, and its id. */
export type Change = Partial<Todo> & Pick<Todo, 'id'>;

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json() as Promise<T>;
}

export const todosApi = {
  list: () => ask<Todo[]>('/api/todos'),
  update: (id: number | string, changes: object | null, mutationId = '') =>
    ask<Todo>(`/api/todos/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'tidemark-mutation': mutationId },
      body: JSON.stringify(changes),
    }),
};
