import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { asApiError } from '@/api/problem';

/** Makes the cache of what the server said. It is kept fresh by the stream of changes and not by asking again. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (thrown: unknown) => {
    const { code } = asApiError(thrown);
    if (code === 'session.required') onSignedOut();
    if (code === 'session.must_enrol' && window.location.pathname !== '/enrol') window.location.assign('/enrol');
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always', // the browser's idea of being online is wrong for a server on this machine
        retry: (failures, thrown) => failures < 3 && asApiError(thrown).passing,
        retryDelay: (attempt) => Math.min(5000, 300 * 2 ** attempt),
      },
      mutations: { networkMode: 'always' },
    },
  });
}
