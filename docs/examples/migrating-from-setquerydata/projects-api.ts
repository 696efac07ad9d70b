export interface Project {
  id: number;
  version: number;
  name: string;
  status: 'active' | 'completed';
}

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json() as Promise<T>;
}

export const projectsApi = {
  active: () => ask<Project[]>('/api/projects?status=eq.active'),
  get: (id: number) => ask<Project>(`/api/projects/${id}`),
};
