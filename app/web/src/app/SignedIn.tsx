import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { MeContext, useSignedIn } from '@/features/session/session';
import { LiveProvider } from '@/api/live';
import { KeyboardProvider } from './keyboard';
import { Shell } from './Shell';
import { leave } from './leave';

/** What needs somebody to be signed in: the stream of changes, the keyboard, the shell. */
export function SignedIn() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const me = useSignedIn();
  useEffect(() => {
    if (me?.must_enrol) void router.navigate({ to: '/enrol' }); // the account demands a second factor from now on
  }, [me?.must_enrol, router]);
  const onSignedOut = useCallback(() => leave(router, queryClient), [router, queryClient]);
  if (!me) return null;
  return (
    <MeContext value={me}>
      <LiveProvider key={me.account.id} account={me.account.id} since={me.now} onSignedOut={onSignedOut}>
        <KeyboardProvider>
          <Shell />
        </KeyboardProvider>
      </LiveProvider>
    </MeContext>
  );
}
