import { dehydrate, QueryClientProvider } from '@tanstack/react-query';
import { renderToString } from 'react-dom/server';
import { createRestApi } from 'tidemark/entities';
import { createClient, Projects } from './projects.tsx';

/** The page for one user: `headers` are what their request carried. */
export async function renderPage(baseUrl: string, headers: Record<string, string>) {
  const queryClient = createClient();
  const projectsApi = createRestApi({ name: 'projects', idField: 'id' }, { baseUrl, headers });
  await queryClient.prefetchQuery({
    queryKey: ['projects', 'list'],
    queryFn: () => projectsApi.list({}, { order: 'id.asc' }),
  });
  const html = renderToString(
    <QueryClientProvider client={queryClient}>
      <Projects />
    </QueryClientProvider>,
  );
  return { html, state: dehydrate(queryClient) };
}
