import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  // To the page the server is at the page's own address, as behind a proxy in production.
  server: { proxy: { '/tasks': server, '/realtime': server } },
});
