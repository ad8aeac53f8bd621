import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './scripts/precompress.ts';
import { themeVariables } from './scripts/theme-variables.ts';

// While developing, `npm run dev` serves the screens and passes everything else on to a running Kontor.
const server = process.env.KONTOR_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), themeVariables(), precompress()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  server: { proxy: { '/api': { target: server, changeOrigin: true } } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0, // the content security policy takes files, not data in the page
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
  },
});
