import type { QueryClient } from '@tanstack/react-query';
import { clearDrafts } from '@/features/conversation/drafts';
import { meQuery } from '@/features/session/session';
import type { makeRouter } from './router';

/** The session has ended: to the sign-in page, and back here afterwards. Nothing of what was shown stays in memory. */
export function leave(router: ReturnType<typeof makeRouter>, queryClient: QueryClient) {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in' || !queryClient.getQueryData(meQuery.queryKey)) return;
  queryClient.removeQueries({ queryKey: meQuery.queryKey });
  void router.navigate({ to: '/sign-in', search: { back: href, ended: true }, replace: true }).then(() => queryClient.clear());
}

/** Somebody signs out by themselves: what they were writing goes too. */
export async function signedOut(router: ReturnType<typeof makeRouter>, queryClient: QueryClient) {
  clearDrafts();
  queryClient.removeQueries({ queryKey: meQuery.queryKey });
  await router.navigate({ to: '/sign-in', replace: true });
  queryClient.clear();
}
