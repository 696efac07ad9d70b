import { useRealtimeStatus } from 'tidemark/react';
import { useTasks, useUpdateTask } from '../getting-started/tasks.ts';

// #region banner
export function ConnectionBanner() {
  const { status, transport } = useRealtimeStatus();
  if (status === 'connected') return null;
  if (transport === 'polling') return <p role="status">Updates may be some seconds late.</p>;
  return <p role="status">Not connected. What you change is sent later.</p>;
}
// #endregion banner

// #region list
export function Tasks() {
  const { data: tasks = [], realtime } = useTasks();
  const update = useUpdateTask();
  return (
    <ul aria-busy={realtime.continuity === 'catching-up'}>
      {tasks.map(({ id, title, done = false }) => (
        <li key={id}>
          <label>
            <input
              type="checkbox"
              checked={done}
              onChange={() => update.mutate({ id, done: !done })}
            />
            {title}
          </label>
        </li>
      ))}
    </ul>
  );
}
// #endregion list
