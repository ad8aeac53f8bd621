import type { QueryClient } from '@tanstack/react-query';
import { lazy, type ComponentType } from 'react';

/** How long the first screen may take to have what it asks for, in milliseconds: on a bad line the rest comes beside it. */
const patience = 3000;

/** How long nothing must be asked for, in milliseconds: an answer is drawn, and may lead to the next question. */
const calm = 150;

let settle = () => {};
const settled = new Promise<void>((resolve) => (settle = resolve));

/** Watches for the moment in which the first screen has all it asks for. */
export function watchFirstScreen(queryClient: QueryClient): () => void {
  const timer = setTimeout(settle, patience);
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const unsubscribe = queryClient.getQueryCache().subscribe(() => {
    if (queryClient.isFetching() === 0) quiet ??= setTimeout(settle, calm);
    else quiet = clearTimeout(quiet) as undefined;
  });
  return () => {
    clearTimeout(timer);
    clearTimeout(quiet);
    unsubscribe();
  };
}

/** Waits until the first screen stands: what nobody needs in order to read it is fetched only then. */
export async function afterFirstScreen<T>(load: () => Promise<T>): Promise<T> {
  await settled;
  return load();
}

/** How long is waited between two tries to fetch a part, in milliseconds. */
const again = 5000;

/** A part of the first screen that may appear after what it is about. Without a line it appears when there is one again. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>) {
  const fetched = async (): Promise<{ default: ComponentType<P> }> => {
    const part = await load().catch(() => undefined); // nothing comes either when the page is about to be renewed
    if (part) return { default: part };
    await new Promise((resolve) => setTimeout(resolve, again));
    return fetched();
  };
  return lazy(() => afterFirstScreen(fetched));
}
