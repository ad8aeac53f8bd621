import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useMe } from '@/features/session/session';
import { LiveProvider } from '@/api/live';
import { KeyboardProvider } from './keyboard';
import { Shell } from './Shell';
import { leave } from './leave';

/** What needs somebody to be signed in: the stream of changes, the keyboard, the shell. */
export function SignedIn() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { account } = useMe();
  const onSignedOut = useCallback(() => leave(router, queryClient), [router, queryClient]);
  return (
    <LiveProvider key={account.id} account={account.id} onSignedOut={onSignedOut}>
      <KeyboardProvider>
        <Shell />
      </KeyboardProvider>
    </LiveProvider>
  );
}
