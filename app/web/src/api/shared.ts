import { newKey } from './client';
import { heardTime } from './clock';
import { ChangeStream, type Change, type Listener, type Presence, type StreamOptions, type StreamState } from './stream';

/** What the tab that is connected tells the others. */
type Word =
  | { kind: 'resync'; to?: string }
  | { kind: 'change'; change: Change }
  | { kind: 'presence'; presence: Presence }
  | { kind: 'state'; state: StreamState }
  | { kind: 'signed-out' }
  /** Another tab wants a connection now. */
  | { kind: 'renew' }
  /** A new tab wants to know how things stand. */
  | { kind: 'hello'; from: string };

/** A stream that can be started and stopped. */
export interface Stream {
  start(): void;
  stop(): void;
  hurry(): void;
  renew(): void;
}

/**
 * One connection for all tabs of a browser. Without TLS a browser opens six connections to a server and no more: with a
 * stream in each, the seventh tab would wait for ever. The tabs agree by a lock on which of them is connected; when it is
 * closed, the next one takes over.
 */
export class SharedStream implements Stream {
  readonly #id = newKey();
  readonly #name: string;
  readonly #listener: Listener;
  readonly #stream: ChangeStream;
  #stop: AbortController | null = null;
  #channel: BroadcastChannel | null = null;
  #leads = false;
  #state: StreamState = 'connecting';
  /** Who has which task open, as far as the server has said: a new tab is told by this one. */
  #present = new Map<string, Presence>();

  constructor(name: string, options: StreamOptions, listener: Listener) {
    this.#name = name;
    this.#listener = listener;
    this.#stream = new ChangeStream(options, {
      onResync: () => {
        this.#present.clear();
        this.#spread({ kind: 'resync' });
      },
      onPresence: (presence) => {
        this.#present.set(presence.task_id, presence);
        if (presence.people.length === 0) this.#present.delete(presence.task_id);
        this.#spread({ kind: 'presence', presence });
      },
      onChange: (change) => this.#spread({ kind: 'change', change }),
      onState: (state) => this.#spread({ kind: 'state', state }),
      onSignedOut: () => this.#spread({ kind: 'signed-out' }),
    });
  }

  start() {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.addEventListener('message', (event) => this.#hear(event.data as Word));
    this.#channel.postMessage({ kind: 'hello', from: this.#id } satisfies Word);
    const lead = () =>
      new Promise<void>((resolve) => {
        this.#leads = true;
        this.#stream.start();
        stop.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    navigator.locks.request(this.#name, { signal: stop.signal }, lead).catch(() => {}); // stopped while it waited
  }

  stop() {
    this.#stream.stop();
    this.#channel?.close();
    this.#stop?.abort();
    this.#stop = null;
    this.#leads = false;
  }

  hurry() {
    if (this.#leads) this.#stream.hurry();
    else this.#channel?.postMessage({ kind: 'renew' } satisfies Word);
  }

  renew() {
    if (this.#leads) this.#stream.renew();
  }

  #spread(word: Word) {
    this.#channel?.postMessage(word);
    this.#apply(word);
  }

  #hear(word: Word) {
    if (word.kind === 'hello') {
      if (this.#leads) this.#channel?.postMessage({ kind: 'state', state: this.#state } satisfies Word);
      // What happened between the new tab's loading and its hearing, it would not know.
      if (this.#leads && this.#state === 'open') this.#greet(word.from);
    } else if (word.kind === 'renew') {
      if (this.#leads) this.#stream.hurry();
    } else if (word.kind !== 'resync' || !word.to || word.to === this.#id) {
      this.#apply(word);
    }
  }

  #greet(to: string) {
    this.#channel?.postMessage({ kind: 'resync', to } satisfies Word);
    for (const presence of this.#present.values()) this.#channel?.postMessage({ kind: 'presence', presence } satisfies Word);
  }

  #apply(word: Word) {
    switch (word.kind) {
      case 'resync':
        return this.#listener.onResync();
      case 'change':
        heardTime(word.change.at);
        return this.#listener.onChange(word.change);
      case 'presence':
        return this.#listener.onPresence?.(word.presence);
      case 'state':
        this.#state = word.state;
        return this.#listener.onState(word.state);
      case 'signed-out':
        return this.#listener.onSignedOut();
    }
  }
}

/** The best stream that the browser allows: locks need a secure context. */
export function openStream(name: string, options: StreamOptions, listener: Listener): Stream {
  if ('locks' in navigator && 'BroadcastChannel' in globalThis) return new SharedStream(name, options, listener);
  return new ChangeStream(options, listener);
}
