import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect, Outlet } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { asApiError } from '@/api/problem';
import { meQuery } from '@/features/session/session';
import { readTaskSearch } from '@/features/tasks/search';
import { TasksScreen } from '@/features/tasks/TasksScreen';
import { loadTaskPane } from '@/features/tasks/loadTaskPane';
import { NoTask } from '@/features/tasks/NoTask';
import { Failed } from '@/ui/Boundary';
import { setLanguage } from '@/i18n';
import { NotFound } from './NotFound';
import { SignedIn } from './SignedIn';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { back?: string; ended?: boolean } => ({
    // Only a path of our own: nobody is sent elsewhere by a link.
    back: typeof raw.back === 'string' && /^\/(?![/\\])/.test(raw.back) ? raw.back : undefined,
    ended: raw.ended === true || undefined,
  }),
  component: lazyRouteComponent(() => import('@/features/session/SignIn'), 'SignIn'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      const me = await context.queryClient.ensureQueryData(meQuery);
      await setLanguage(me.language);
    } catch (thrown) {
      if (asApiError(thrown).status !== 401) throw thrown;
      throw redirect({ to: '/sign-in', search: { back: location.href === '/' ? undefined : location.href } });
    }
  },
  component: SignedIn,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/tasks' });
  },
});

const tasks = createRoute({
  getParentRoute: () => signedIn,
  path: '/tasks',
  validateSearch: readTaskSearch,
  component: TasksScreen,
});
const noTask = createRoute({ getParentRoute: () => tasks, path: '/', component: NoTask });
const task = createRoute({ getParentRoute: () => tasks, path: '$taskId', component: lazyRouteComponent(loadTaskPane, 'TaskPane') });

const channels = createRoute({
  getParentRoute: () => signedIn,
  path: '/channels',
  component: lazyRouteComponent(() => import('@/features/channels/ChannelsScreen'), 'ChannelsScreen'),
});

/** The system's colours and parts, as they are: for whoever builds a screen. It shows nothing of the account. */
const design = createRoute({
  getParentRoute: () => signedIn,
  path: '/design',
  component: lazyRouteComponent(() => import('@/features/design/DesignScreen'), 'DesignScreen'),
});

const tree = root.addChildren([signIn, signedIn.addChildren([home, tasks.addChildren([noTask, task]), channels, design])]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: false,
    defaultPendingMs: 300,
    defaultErrorComponent: ({ error, reset }) => <Failed error={error} again={reset} />,
    defaultNotFoundComponent: NotFound,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
