import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { emoji } from './scripts/emoji.ts';
import { precompress } from './scripts/precompress.ts';
import { themeVariables } from './scripts/theme-variables.ts';

// While developing, `npm run dev` serves the screens and passes everything else on to a running Kontor.
const server = process.env.SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), themeVariables(), emoji(), precompress()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  server: { proxy: { '/api': { target: server, changeOrigin: true } } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0, // the content security policy takes files, not data in the page
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        strictExecutionOrder: true, // else a group may run before what it needs
        // What every screen needs is in a few files; what a screen adds is in its own. Without this there are forty.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'vendor', test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next|openapi-[a-z-]+|use-sync-external-store|clsx)\//, priority: 3 },
            { name: 'mantine', test: /@mantine\/core\/esm\/(core|components\/(Button|ActionIcon|UnstyledButton|Loader|Transition))\/|@mantine\/(hooks|store)\//, priority: 2 },
            { name: 'base', test: /\/src\/(ui|api|app|i18n\/[a-z]+\.ts)(?!.*\/(HelpDialog|MenuDrawer|HeadActions|ViewMoves))|\/src\/features\/(session\/session|channels\/channels|conversation\/(comments|drafts\.)|tasks\/)(?!.*(TaskPane|TaskHeader|StatusMenu|actions|Search\.tsx|Filters|BulkBar))/, priority: 1 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'node', // a test that needs a page says so in its first line
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
  },
});
