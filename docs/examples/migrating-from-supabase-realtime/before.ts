import type { RealtimeClient } from '@supabase/realtime-js';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { openTasks, type Task } from './tasks-api.ts';

const queryKey = ['tasks', 'list', { status: 'open' }];

export const useOpenTasks = () => useQuery({ queryKey, queryFn: openTasks });

export function connect(queryClient: QueryClient, supabase: { realtime: RealtimeClient }) {
  const open = { schema: 'public', table: 'tasks', filter: 'status=eq.open' };
  const channel = supabase.realtime.channel('open-tasks');
  const change = (rows: (held: Task[]) => Task[]) =>
    queryClient.setQueryData<Task[]>(queryKey, (held) => held && rows(held));
  channel
    .on<Task>('postgres_changes', { event: 'INSERT', ...open }, ({ new: row }) =>
      change((held) => [...held, row]),
    )
    .on<Task>('postgres_changes', { event: 'UPDATE', ...open }, ({ new: row }) =>
      change((held) => held.map((each) => (each.id === row.id ? row : each))),
    )
    .on<Task>('postgres_changes', { event: 'DELETE', ...open }, ({ old }) =>
      change((held) => held.filter((each) => each.id !== old.id)),
    )
    .subscribe();
  return () => void supabase.realtime.removeChannel(channel);
}
