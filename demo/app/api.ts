import type { Project } from './project.ts';

export type Transport = 'websocket' | 'sse';

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}`);
  return response.json() as Promise<T>;
}

export async function listProjects(): Promise<Project[]> {
  return (await request<{ data: Project[] }>('GET', '/api/projects?order=id.asc')).data;
}

export function insertProject(values: Partial<Project>): Promise<unknown> {
  return request('POST', '/api/projects', values);
}

export function updateProject(id: number, values: Partial<Project>): Promise<unknown> {
  return request('PATCH', `/api/projects/${id}`, values);
}

export function deleteProject(id: number): Promise<unknown> {
  return request('DELETE', `/api/projects/${id}`);
}

/** A new one, which holds for a while only. */
export async function requestToken(): Promise<string> {
  return (await request<{ token: string }>('POST', '/api/token')).token;
}

/** Ends this page's links as a broken network does. */
export function cutLink(client: string): Promise<unknown> {
  return request('POST', '/demo/faults', { client, cut: true });
}

/** From now on the server refuses these to this page, and ends those that are open. */
export function blockTransports(client: string, block: readonly Transport[]): Promise<unknown> {
  return request('POST', '/demo/faults', { client, block });
}
