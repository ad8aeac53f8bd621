import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { heardChange } from './heard';
import { Invalidator } from './invalidate';
import { forgetPresence, heardPresence } from './presence';
import { openStream, type Stream } from './shared';
import type { StreamState } from './stream';

interface Live {
  state: StreamState;
  /** Connects now. */
  retry: () => void;
}

const Context = createContext<Live>({ state: 'connecting', retry: () => {} });

/** How the connection to the server is. */
export const useLive = () => useContext(Context);

interface Props {
  /** Tabs of the same account share one connection. */
  account: string;
  /** When what is shown began to be loaded: what has changed since is told, and nothing is loaded twice. */
  since: string;
  children: ReactNode;
  onSignedOut: () => void;
}

/** Keeps what is shown up to date, for as long as somebody is signed in. */
export function LiveProvider({ account, since, children, onSignedOut }: Props) {
  const queryClient = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');
  const stream = useRef<Stream | null>(null);
  const [began] = useState(since); // later ones say nothing of what was loaded at first

  useEffect(() => {
    const invalidator = new Invalidator(queryClient);
    let first = true;
    const opened = openStream(
      `kontor stream ${account}`,
      { url: '/api/v1/stream', since: began },
      {
        onState: setState,
        onSignedOut,
        onChange: (change) => {
          invalidator.add(change);
          heardChange(change);
        },
        onPresence: heardPresence,
        onResync: () => {
          forgetPresence();
          // The first one comes while the screen is still loading for the first time; what came in meanwhile is asked for
          // all the same, only by queries that are older than the connection.
          void queryClient.invalidateQueries(first ? { predicate: (q) => q.state.data !== undefined } : undefined);
          first = false;
        },
      },
    );
    const hurry = () => opened.hurry();
    const look = () => document.visibilityState === 'visible' && opened.hurry();
    const renew = () => opened.renew();
    window.addEventListener('online', hurry);
    window.addEventListener('offline', renew);
    document.addEventListener('visibilitychange', look);
    opened.start();
    stream.current = opened;
    return () => {
      window.removeEventListener('online', hurry);
      window.removeEventListener('offline', renew);
      document.removeEventListener('visibilitychange', look);
      invalidator.flush();
      opened.stop();
    };
  }, [account, began, queryClient, onSignedOut]);

  const live = useMemo(() => ({ state, retry: () => stream.current?.hurry() }), [state]);
  return <Context value={live}>{children}</Context>;
}
