import { heardTime } from './clock';

/** A change, by ids: see domain/feed. */
export interface Change {
  id: string;
  type: string;
  refs: Partial<Record<Ref, string>>;
  at: string;
}
export type Ref = 'task_id' | 'comment_id' | 'message_id' | 'contact_id' | 'channel_id' | 'staff_id' | 'object_id';

/** Who has a task open now. */
export interface Presence {
  task_id: string;
  people: Present[];
}

export interface Present {
  staff_id: string;
  name: string;
  typing: '' | 'public' | 'internal';
}

export type StreamState = 'connecting' | 'open' | 'offline';

export interface Listener {
  /** Everything shown may be outdated: load it again. */
  onResync(): void;
  onChange(change: Change): void;
  /** Somebody has opened a task, left it, or begun to write. After a resync it is said of all of them again. */
  onPresence?(presence: Presence): void;
  onState(state: StreamState): void;
  /** The session has ended. */
  onSignedOut(): void;
}

export interface StreamOptions {
  url: string;
  /** When what is shown began to be loaded, by the server's clock: the first connection goes on from there. */
  since?: string;
  fetch?: typeof fetch;
  /** How long nothing at all may be heard before the connection counts as dead; the server sends a sign of life every 15 s. */
  silence?: number;
  /** The pause before the nth attempt to connect again. */
  pause?: (attempt: number) => number;
}

/** 0.5 s, 1 s, 2 s … 15 s, each less a random part: a restarted server is not met by everybody at once. */
export function defaultPause(attempt: number): number {
  return Math.min(15_000, 500 * 2 ** attempt) * (0.6 + 0.4 * Math.random());
}

/** One event of a stream as text/event-stream has it. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** Cuts what arrives into events. It keeps what is not complete yet. */
export class EventParser {
  #rest = '';
  #event = 'message';
  #data: string[] = [];

  push(text: string): ServerEvent[] {
    const found: ServerEvent[] = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?=[^\n])/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0) found.push({ event: this.#event, data: this.#data.join('\n') });
        this.#event = 'message';
        this.#data = [];
        continue;
      }
      const at = line.indexOf(':');
      const field = at < 0 ? line : line.slice(0, at);
      const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
      if (field === 'event') this.#event = value;
      else if (field === 'data') this.#data.push(value);
    }
    return found;
  }
}

/**
 * The server's stream of changes, connected for as long as it is started. It is read with fetch and not with EventSource,
 * because that hides signs of life (a connection cut by a sleeping laptop would look open for minutes) and the status of a
 * refusal (an ended session would be asked for for ever).
 */
export class ChangeStream {
  readonly #options: Required<StreamOptions>;
  readonly #listener: Listener;
  #stop: AbortController | null = null;
  #wake: (() => void) | null = null;
  #connection: AbortController | null = null;
  /** Of the first connection alone: by the next one too much may have happened. */
  #since: string;

  constructor(options: StreamOptions, listener: Listener) {
    this.#options = { fetch: (...args) => fetch(...args), silence: 40_000, pause: defaultPause, since: '', ...options };
    this.#listener = listener;
    this.#since = this.#options.since && `?since=${encodeURIComponent(this.#options.since)}`;
  }

  start() {
    if (this.#stop) return;
    this.#stop = new AbortController();
    void this.#run(this.#stop.signal);
  }

  stop() {
    this.#stop?.abort();
    this.#stop = null;
  }

  /** Connects now instead of after the pause: the network is back, or somebody looks at the screen. */
  hurry() {
    this.#wake?.();
  }

  /** Lets go of the connection and makes a new one: the browser says that the network went, and is not always right. */
  renew() {
    this.#connection?.abort();
    this.hurry();
  }

  async #run(signal: AbortSignal) {
    for (let attempt = 0; !signal.aborted; attempt++) {
      this.#listener.onState(attempt > 1 ? 'offline' : 'connecting');
      const outcome = await this.#connect(signal);
      if (signal.aborted) return;
      if (outcome === 'signed-out') {
        this.#listener.onSignedOut();
        return;
      }
      if (outcome === 'heard') attempt = 0;
      if (attempt > 0) this.#listener.onState('offline');
      await this.#sleep(this.#options.pause(attempt), signal);
    }
  }

  /** Reads one connection to its end, and tells whether anything was heard. */
  async #connect(signal: AbortSignal): Promise<'heard' | 'nothing' | 'signed-out'> {
    const connection = new AbortController();
    this.#connection = connection;
    const end = () => connection.abort();
    signal.addEventListener('abort', end, { once: true });
    let deadline = setTimeout(end, this.#options.silence);
    let heard = false;
    try {
      const answer = await this.#options.fetch(this.#options.url + this.#since, {
        headers: { Accept: 'text/event-stream' },
        cache: 'no-store',
        signal: connection.signal,
      });
      if (answer.status === 401) return 'signed-out';
      if (!answer.ok || !answer.body) return 'nothing';
      const parser = new EventParser();
      const decoder = new TextDecoder();
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(deadline);
        deadline = setTimeout(end, this.#options.silence);
        for (const event of parser.push(decoder.decode(value, { stream: true }))) {
          heard = true;
          this.#since = '';
          this.#tell(event);
        }
      }
    } catch {
      // cut or unreachable: connect again
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', end);
      connection.abort();
    }
    return heard ? 'heard' : 'nothing';
  }

  #tell({ event, data }: ServerEvent) {
    if (event === 'resync') {
      heardTime((JSON.parse(data) as { now?: string }).now ?? '');
      this.#listener.onState('open');
      this.#listener.onResync();
    } else if (event === 'ready') {
      heardTime((JSON.parse(data) as { now?: string }).now ?? '');
      this.#listener.onState('open');
    } else if (event === 'change') {
      const change = JSON.parse(data) as Change;
      heardTime(change.at);
      this.#listener.onChange(change);
    } else if (event === 'presence') {
      this.#listener.onPresence?.(JSON.parse(data) as Presence);
    }
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }
}
