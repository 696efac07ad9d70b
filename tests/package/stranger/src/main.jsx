import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Projects, queryClient } from './Projects.jsx';

createRoot(document.getElementById('root')).render(
  <QueryClientProvider client={queryClient}>
    <Projects />
  </QueryClientProvider>,
);
