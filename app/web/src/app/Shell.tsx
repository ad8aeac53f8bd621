import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { createContext, lazy, Suspense, useContext, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/api/live';
import { Boundary } from '@/ui/Boundary';
import { IconOffline } from '@/ui/icons';
import { useDesktopNotifications } from '@/features/notifications/desktop';
import { useUnreadInTab } from '@/features/tasks/useTitle';
import { useShortcuts } from './keyboard';
import { afterFirstScreen, watchFirstScreen } from './later';
import { Sidebar } from './Sidebar';
import css from './Shell.module.css';

const HelpDialog = lazy(() => import('./HelpDialog').then((m) => ({ default: m.HelpDialog })));
const loadCommandBar = () => import('@/features/command/CommandBar').then((m) => ({ default: m.CommandBar }));
const CommandBar = lazy(loadCommandBar);
const MenuDrawer = lazy(() => import('./MenuDrawer').then((m) => ({ default: m.MenuDrawer })));

interface ShellContext {
  /** Opens the navigation, where the screen is too narrow to show it always. */
  openMenu: () => void;
  openHelp: () => void;
}

const Context = createContext<ShellContext>({ openMenu: () => {}, openHelp: () => {} });
export const useShell = () => useContext(Context);

/** What is around every screen of somebody who has signed in. */
export function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [help, { open: openHelp, close: closeHelp }] = useDisclosure();
  const [menu, { open: openMenu, close: closeMenu }] = useDisclosure();
  const [command, { toggle: toggleCommand, close: closeCommand }] = useDisclosure();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const place = useRouterState({ select: (s) => s.location.href });
  useEffect(closeMenu, [place, closeMenu]);
  useShortcuts({
    '?': openHelp,
    'g t': () => void navigate({ to: '/tasks' }),
    'g c': () => void navigate({ to: '/channels' }),
    'g n': () => void navigate({ to: '/tasks', search: {} }),
    'g p': () => void navigate({ to: '/tasks', search: { queue: 'pending' } }),
    'g r': () => void navigate({ to: '/tasks', search: { queue: 'resolved' } }),
    'g m': () => void navigate({ to: '/tasks', search: { who: 'mine' } }),
    'g u': () => void navigate({ to: '/tasks', search: { who: 'unassigned' } }),
  });
  useHotkeys([['mod+K', toggleCommand]], []); // also while one writes
  const queryClient = useQueryClient();
  useEffect(() => watchFirstScreen(queryClient), [queryClient]);
  // Whoever opens it goes on typing at once.
  useEffect(() => void afterFirstScreen(loadCommandBar).catch(() => undefined), []);
  useUnreadInTab();
  useDesktopNotifications();
  const shell = useMemo(() => ({ openMenu, openHelp }), [openMenu, openHelp]);
  return (
    <Context value={shell}>
      <a href="#content" className={css.skip}>
        {t('app.skip')}
      </a>
      <div className={css.shell}>
        <div className={css.side}>
          <Sidebar />
        </div>
        <div className={css.main}>
          <Connection />
          <main id="content" className={css.content} tabIndex={-1}>
            <Boundary of={path}>
              <Outlet />
            </Boundary>
          </main>
        </div>
      </div>
      <Suspense>
        {menu && <MenuDrawer close={closeMenu} />}
        {command && <CommandBar close={closeCommand} />}
        {help && <HelpDialog close={closeHelp} />}
      </Suspense>
    </Context>
  );
}

/** Says when what is shown may be outdated, and nothing when all is well. */
function Connection() {
  const { t } = useTranslation();
  const { state, retry } = useLive();
  return (
    <div role="status">
      {state === 'offline' && (
        <p className={css.offline}>
          <IconOffline />
          <span>{t('connection.offline')}</span>
          <button type="button" onClick={retry}>
            {t('connection.retry')}
          </button>
        </p>
      )}
    </div>
  );
}
