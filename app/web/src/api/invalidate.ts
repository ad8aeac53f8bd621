import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';
import type { Change } from './stream';

/** A query's address, as openapi-react-query names it: method, path, parameters. */
interface Address {
  path: string;
  id?: string;
}

function addressOf(key: QueryKey): Address {
  const path = typeof key[1] === 'string' ? key[1] : '';
  const init = key[2] as { params?: { path?: { id?: string } } } | undefined;
  return { path, id: init?.params?.path?.id };
}

/** Whether what a query shows may have become outdated by a change. */
export function concerns(change: Change, key: QueryKey): boolean {
  const { path, id } = addressOf(key);
  const area = change.type.slice(0, change.type.indexOf('.'));
  const { task_id, contact_id, channel_id } = change.refs;
  const ofTask = path.startsWith('/tasks/') && id === task_id;
  // A file that was fetched knows its comment, not its task.
  const ofSome = path === '/tasks/{id}/comments' && !task_id;
  switch (area) {
    case 'task':
      return path === '/tasks' || path === '/tasks/counts' || path === '/tags' || path === '/topics' || (ofTask && !path.endsWith('/comments'));
    case 'comment':
      if (path === '/contacts/{id}/comments') return true;
      return ofSome || path.startsWith('/comments/') || path === '/tasks' || path === '/tasks/counts' || ofTask || path === '/messages';
    case 'import':
      return path.startsWith('/contact-imports') || path === '/contacts';
    case 'contact':
      return path === '/contacts' || path === '/contact-groups' || path === '/contacts/duplicates' || path === '/tasks' || (path.startsWith('/contacts/') && id === contact_id);
    case 'channel':
      return path === '/channels' || (path.startsWith('/channels/') && id === channel_id) || path.endsWith('/reply-window');
    case 'template':
      return path.includes('template') || path.startsWith('/status-sets');
    case 'account':
      return path === '/me' || path === '/account';
    case 'notification':
      return path === '/notifications';
    case 'view':
      return path === '/task-views';
    case 'saved_reply':
      return path.startsWith('/saved-repl');
    case 'label':
      return path === '/tags' || path === '/topics';
    case 'staff':
      return path === '/me' || ['/staff', '/teams', '/invitations', '/tokens'].some((p) => path.startsWith(p));
  }
  return false;
}

/**
 * Gathers changes for a moment and then has every query they concern loaded again, once: a flood of changes is one
 * request a screen and not one each.
 */
export class Invalidator {
  readonly #queries: QueryClient;
  readonly #wait: number;
  #changes: Change[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(queries: QueryClient, wait = 60) {
    this.#queries = queries;
    this.#wait = wait;
  }

  add(change: Change) {
    this.#changes.push(change);
    this.#timer ??= setTimeout(() => this.flush(), this.#wait);
  }

  flush() {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const changes = this.#changes;
    this.#changes = [];
    if (changes.length === 0) return;
    const predicate = (query: Query) => changes.some((change) => concerns(change, query.queryKey));
    void this.#queries.invalidateQueries({ predicate });
  }
}
