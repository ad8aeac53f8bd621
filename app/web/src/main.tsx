import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/mantine.css';
import 'virtual:theme.css';
import './app/tokens.css';
import './app/base.css';
import { leave } from './app/leave';
import { makeQueryClient } from './app/queryClient';
import { makeRouter } from './app/router';
import { theme } from './app/theme';
import { startI18n } from './i18n';
import { Toasts } from './ui/toast';

const queryClient = makeQueryClient(() => leave(router, queryClient));
const router = makeRouter(queryClient);
const scheme = localStorageColorSchemeManager({ key: 'kontor.scheme' });

// A part of the program that is not there any more: the server was renewed meanwhile, so the page is too. What somebody was
// writing outlives it.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('kontor.renewed'));
  if (!navigator.onLine || Date.now() - last < 60_000) return;
  sessionStorage.setItem('kontor.renewed', String(Date.now()));
  event.preventDefault();
  location.reload();
});

await startI18n();

// Mantine's variables and classes come from stylesheets, see scripts/theme-variables.ts: the page takes no <style>.
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <Toasts />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
