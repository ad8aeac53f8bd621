import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { useMe } from '@/features/session/session';
import { LiveProvider } from '@/api/live';
import { KeyboardProvider } from './keyboard';
import { Shell } from './Shell';
import { leave } from './leave';

/** What needs somebody to be signed in: the stream of changes, the keyboard, the shell. */
export function SignedIn() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { account, must_enrol: mustEnrol } = useMe();
  useEffect(() => {
    if (mustEnrol) void router.navigate({ to: '/enrol' }); // the account demands a second factor from now on
  }, [mustEnrol, router]);
  const onSignedOut = useCallback(() => leave(router, queryClient), [router, queryClient]);
  return (
    <LiveProvider key={account.id} account={account.id} onSignedOut={onSignedOut}>
      <KeyboardProvider>
        <Shell />
      </KeyboardProvider>
    </LiveProvider>
  );
}
