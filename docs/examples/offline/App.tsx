import type { RealtimeState } from 'tidemark/react';
import { useTasks, useUpdateTask } from '../getting-started/tasks.ts';

// #region banner
export function Freshness({ continuity }: RealtimeState) {
  if (continuity === 'live') return null;
  const said = {
    polling: 'Updates may be some seconds late.',
    offline: 'Not connected. What you change is sent later.',
    'catching-up': 'Catching up.',
    suspect: 'Catching up.',
  }[continuity];
  return <p role="status">{said}</p>;
}
// #endregion banner

// #region list
export function Tasks() {
  const { data: tasks = [], realtime } = useTasks();
  const update = useUpdateTask();
  return (
    <>
      <Freshness {...realtime} />
      <ul>
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
    </>
  );
}
// #endregion list
