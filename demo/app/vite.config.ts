import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = 'http://127.0.0.1:3000';

export default defineConfig({
  root: here('.'),
  plugins: [react()],
  resolve: {
    // The page imports what users import, and gets the sources.
    alias: [
      { find: /^tidemark$/, replacement: here('../../js/index.ts') },
      { find: /^tidemark\/react$/, replacement: here('../../js/react.ts') },
      { find: /^tidemark\/entities$/, replacement: here('../../js/entities.ts') },
      { find: /^tidemark\/devtools$/, replacement: here('../../js/devtools.ts') },
    ],
  },
  // Its code is in several chunks, as the page's.
  worker: { format: 'es' },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    // The second is what a race shows in its frames.
    rollupOptions: { input: [here('index.html'), here('race/frame.html')] },
    // The server's Content-Security-Policy has no `data:`.
    assetsInlineLimit: 0,
    // The core's Wasm is inlined as text.
    chunkSizeWarningLimit: 1000,
  },
  server: {
    // As patterns: the prefix '/api' would take the page's own api.ts too.
    proxy: {
      '^/api/': server,
      '^/demo/': server,
      '^/realtime\\b': { target: server, ws: true },
    },
  },
});
