import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `npm run dev` serves the console against a running node: SLUICE_URL=https://127.0.0.1:8443
const node = process.env['SLUICE_URL'];

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', chunkSizeWarningLimit: 1500, manifest: 'assets/manifest.json' },
  ...(node ? { server: { proxy: { '/api': { target: node, secure: false } } } } : {}),
});
