/**
 * What is weighed: the exports that an app needs to show rows that stay in step. `with` names what
 * it needs besides and weighs by itself; `peers` are installed in this folder.
 */
export const ours = [
  {
    name: 'tidemark',
    with: 'TanStack Query',
    code: `export { createRealtimeIntegration } from 'DIST/index.js';
      export { useRealtimeQuery } from 'DIST/react.js';`,
  },
  {
    name: 'tidemark, also edits and entities',
    with: 'TanStack Query',
    code: `export { createRealtimeIntegration } from 'DIST/index.js';
      export { useRealtimeMutation, useRealtimeQuery } from 'DIST/react.js';
      export { useProjects, useUpdateProject } from 'DIST/entities.js';`,
  },
  {
    name: 'tidemark, its client alone',
    code: `export { createWebSocketClient } from 'DIST/index.js';`,
  },
];

export const peers = [
  {
    name: '@tanstack/react-query',
    code: `export { QueryClient, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query';`,
  },
  {
    name: '@tanstack/react-db',
    with: 'a sync of its own',
    code: `export { createCollection, eq, useLiveQuery } from '@tanstack/react-db';`,
  },
  {
    name: '@electric-sql/client',
    code: `export { Shape, ShapeStream } from '@electric-sql/client';`,
  },
  {
    name: '@supabase/realtime-js',
    code: `export { RealtimeClient } from '@supabase/realtime-js';`,
  },
  { name: 'centrifuge', code: `export { Centrifuge } from 'centrifuge';` },
  { name: 'socket.io-client', code: `export { io } from 'socket.io-client';` },
];
