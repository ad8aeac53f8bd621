import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { LiveProvider } from '@/api/live';
import { KeyboardProvider } from './keyboard';
import { Shell } from './Shell';
import { leave } from './leave';

/** What needs somebody to be signed in: the stream of changes, the keyboard, the shell. */
export function SignedIn() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const onSignedOut = useCallback(() => leave(router, queryClient), [router, queryClient]);
  return (
    <LiveProvider onSignedOut={onSignedOut}>
      <KeyboardProvider>
        <Shell />
      </KeyboardProvider>
    </LiveProvider>
  );
}
