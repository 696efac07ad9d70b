export interface Task {
  id: number;
  title: string;
  status: 'open' | 'done';
  updated_at: string;
}

/** In your app: `supabase.from('tasks').select().eq('status', 'open')`. */
export async function openTasks(): Promise<Task[]> {
  const response = await fetch('/rest/v1/tasks?status=eq.open');
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json() as Promise<Task[]>;
}
