import type { QueryClient } from '@tanstack/react-query';
import type { makeRouter } from './router';

/** The session has ended: to the sign-in page, and back here afterwards. Nothing of what was shown stays in memory. */
export function leave(router: ReturnType<typeof makeRouter>, queryClient: QueryClient) {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in') return;
  void router
    .navigate({ to: '/sign-in', search: { back: href, ended: true }, replace: true })
    .then(() => queryClient.clear());
}
