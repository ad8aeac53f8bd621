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

function isList(key: QueryKey): boolean {
  return (key[2] as { list?: boolean } | undefined)?.list === true;
}

/** How many tasks there are. */
function isCount(path: unknown): boolean {
  return path === '/tasks/counts' || path === '/tasks/tallies';
}

/** Who is there in each hour of the week. */
function isWeek(path: string): boolean {
  return path === '/object-templates/{id}/week';
}

/** Whether what a query shows may have become outdated by a change. */
export function concerns(change: Change, key: QueryKey): boolean {
  const { path, id } = addressOf(key);
  const area = change.type.slice(0, change.type.indexOf('.'));
  const { task_id, contact_id, channel_id, object_id } = change.refs;
  // Whatever changes may be told of in the log; the short lists of other screens wait until they are opened again.
  if (path === '/audit' && isList(key)) return true;
  const ofTask = path.startsWith('/tasks/') && id === task_id;
  // A file that was fetched knows its comment, not its task.
  const ofSome = path === '/tasks/{id}/comments' && !task_id;
  if (path.endsWith('/drafts')) return area === 'draft' && (id === undefined || id === task_id);
  switch (area) {
    case 'task':
      return path === '/tasks' || isCount(path) || path === '/tags' || path === '/topics' || (ofTask && !path.endsWith('/comments'));
    case 'comment':
      if (path === '/contacts/{id}/comments') return true;
      return (
        ofSome || ofTask || path === '/tasks' || isCount(path) || path === '/delivery-report' ||
        ['/comments/', '/messages', '/events'].some((p) => path.startsWith(p))
      );
    case 'event':
      return path.startsWith('/events');
    case 'import':
      return path.startsWith('/contact-imports') || path === '/contacts';
    case 'contact':
      return path === '/contacts' || path === '/contact-groups' || path === '/contact-tags' || path === '/contacts/duplicates' || path === '/tasks' || (path.startsWith('/contacts/') && id === contact_id);
    case 'channel':
      return path === '/channels' || (path.startsWith('/channels/') && id === channel_id) || path.endsWith('/reply-window') || (path.startsWith('/lead-forms/') && id === object_id);
    case 'connection':
      return path.startsWith('/channels/connections');
    case 'template':
      return path.includes('template') || path.startsWith('/status-sets');
    case 'account':
      return path === '/me' || path === '/account' || isWeek(path);
    case 'notification':
      return path === '/notifications';
    case 'view':
      return path === '/task-views';
    case 'saved_reply':
      return path.startsWith('/saved-repl');
    case 'label': // a renamed one is on tasks too
      return path === '/tags' || path === '/topics' || path === '/tasks' || path === '/tasks/{id}';
    case 'access':
      return path === '/access' || path === '/channels' || path.startsWith('/channels/') || path === '/tasks' || ofTask || path.startsWith('/tasks/');
    case 'staff':
      return path === '/access' || path === '/me' || isWeek(path) || ['/staff', '/teams', '/invitations', '/tokens'].some((p) => path.startsWith(p));
  }
  return false;
}

/** Counting is dear, and so is a list of many pages: these are loaded again less often than the rest. */
export function isDear({ queryKey, state }: Pick<Query, 'queryKey' | 'state'>): boolean {
  const pages = (state.data as { pages?: unknown[] } | undefined)?.pages;
  const dear = ['/audit', '/delivery-report', '/events/counts'];
  return isCount(queryKey[1]) || dear.includes(String(queryKey[1])) || (queryKey[1] === '/tasks' && (pages?.length ?? 0) > 3);
}

/**
 * Gathers changes for a moment and then has every query they concern loaded again, once: a flood of changes is one
 * request a screen and not one each. What is dear to load waits until it was left alone for long enough.
 */
export class Invalidator {
  readonly #queries: QueryClient;
  readonly #wait: number;
  readonly #rest: number;
  #changes: Change[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #dear: Change[] = [];
  #dearTimer: ReturnType<typeof setTimeout> | null = null;
  #dearAt = Number.NEGATIVE_INFINITY;

  constructor(queries: QueryClient, wait = 60, rest = 2000) {
    this.#queries = queries;
    this.#wait = wait;
    this.#rest = rest;
  }

  add(change: Change) {
    this.#changes.push(change);
    this.#timer ??= setTimeout(() => this.#loadCheap(), this.#wait);
  }

  /** Has everything loaded again now. */
  flush() {
    this.#loadCheap();
    this.#loadDear();
  }

  #loadCheap() {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const changes = this.#changes.splice(0);
    if (changes.length === 0) return;
    this.#load(changes, false);
    this.#dear.push(...changes);
    this.#dearTimer ??= setTimeout(() => this.#loadDear(), Math.max(0, this.#dearAt + this.#rest - Date.now()));
  }

  #loadDear() {
    if (this.#dearTimer) clearTimeout(this.#dearTimer);
    this.#dearTimer = null;
    const changes = this.#dear.splice(0);
    if (changes.length === 0) return;
    this.#dearAt = Date.now();
    this.#load(changes, true);
  }

  #load(changes: Change[], dear: boolean) {
    const predicate = (query: Query) => isDear(query) === dear && changes.some((change) => concerns(change, query.queryKey));
    void this.#queries.invalidateQueries({ predicate });
  }
}
