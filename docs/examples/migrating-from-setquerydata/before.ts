import { type QueryClient, useQuery } from '@tanstack/react-query';
import { type Project, projectsApi } from './projects-api.ts';

interface ProjectEvent {
  action: 'insert' | 'update' | 'delete';
  data: Project;
}

const listKey = ['projects', 'list', { status: 'active' }];
const rowKey = (id: number) => ['projects', 'detail', id];

export const useActiveProjects = () => useQuery({ queryKey: listKey, queryFn: projectsApi.active });
export const useProject = (id: number) =>
  useQuery({ queryKey: rowKey(id), queryFn: () => projectsApi.get(id) });

export function connect(queryClient: QueryClient): () => void {
  let socket: WebSocket;
  let closed = false;
  let opened = false;

  function open() {
    socket = new WebSocket('wss://example.com/events');
    socket.onopen = () => {
      // What changed while there was no socket is in no event.
      if (opened) queryClient.invalidateQueries({ queryKey: ['projects'] });
      opened = true;
    };
    socket.onmessage = ({ data }) => apply(JSON.parse(data));
    socket.onclose = () => {
      if (!closed) setTimeout(open, 1000);
    };
  }

  function apply({ action, data: row }: ProjectEvent) {
    const isShown = action !== 'delete' && row.status === 'active'; // the filter, once more
    queryClient.setQueryData<Project[]>(listKey, (rows) => {
      if (!rows) return rows;
      if (!isShown) return rows.filter(({ id }) => id !== row.id);
      return rows.some(({ id }) => id === row.id)
        ? rows.map((each) => (each.id === row.id ? row : each))
        : [...rows, row];
    });
    if (action === 'delete') queryClient.removeQueries({ queryKey: rowKey(row.id) });
    else queryClient.setQueryData(rowKey(row.id), row);
  }

  open();
  return () => {
    closed = true;
    socket.close();
  };
}
