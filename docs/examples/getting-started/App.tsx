import { useCreateTask, useTasks, useUpdateTask } from './tasks.ts';

export function App() {
  const { data: tasks = [], realtime } = useTasks();
  const create = useCreateTask();
  const update = useUpdateTask();
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const title = new FormData(event.currentTarget).get('title');
          create.mutate({ title: String(title) });
        }}
      >
        <input name="title" aria-label="Title" />
        <button type="submit">Add</button>
      </form>
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
      <p>{realtime.continuity}</p>
    </>
  );
}
