import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serverNow } from './clock';
import { ChangeStream, EventParser, type Change, type StreamState } from './stream';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const change: Change = { id: 'c1', type: 'task.changed', refs: { task_id: 't1' }, at: '2026-11-21T10:00:00Z' };
const resync = 'event: resync\ndata: {"now":"2026-11-21T10:00:00Z"}\n\n';

test('events are put together from whatever pieces arrive', () => {
  const parser = new EventParser();
  const text = `: alive\n\nid: 7\nevent: change\ndata: ${JSON.stringify(change)}\n\ndata: one\r\ndata: two\r\n\r\n`;
  const found = [...text].flatMap((char) => parser.push(char));
  expect(found).toEqual([
    { event: 'change', data: JSON.stringify(change) },
    { event: 'message', data: 'one\ntwo' },
  ]);
  expect(parser.push('event: change\ndata: cut')).toEqual([]);
});

/** A server whose connections the test holds in its hands. */
function server() {
  const connections: { say: (text: string) => void; cut: () => void; signal: AbortSignal }[] = [];
  let refuse: Response | null = null;
  const fetch = vi.fn(async (_url: unknown, init?: RequestInit) => {
    if (refuse) return refuse;
    const encoder = new TextEncoder();
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (c) => void (controller = c) });
    const signal = init!.signal!;
    signal.addEventListener('abort', () => {
      try {
        controller.error(new DOMException('aborted', 'AbortError'));
      } catch {
        // it has ended already
      }
    });
    connections.push({ say: (text) => controller.enqueue(encoder.encode(text)), cut: () => controller.close(), signal });
    return new Response(body);
  });
  return { connections, fetch, refuseWith: (r: Response | null) => (refuse = r) };
}

function listen(s: ReturnType<typeof server>) {
  const heard = { resyncs: 0, changes: [] as Change[], states: [] as StreamState[], signedOut: 0 };
  const stream = new ChangeStream(
    { url: '/stream', fetch: s.fetch as typeof fetch, silence: 40_000, pause: (attempt) => 1000 * (attempt + 1) },
    {
      onResync: () => void heard.resyncs++,
      onChange: (c) => void heard.changes.push(c),
      onState: (state) => void (heard.states.at(-1) !== state && heard.states.push(state)),
      onSignedOut: () => void heard.signedOut++,
    },
  );
  stream.start();
  return { stream, heard };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

test('tells of changes, and of the server’s time', async () => {
  const s = server();
  const { stream, heard } = listen(s);
  await settle();
  s.connections[0]!.say(resync + `event: change\ndata: ${JSON.stringify(change)}\n\n`);
  await settle();
  expect(heard).toMatchObject({ resyncs: 1, changes: [change], states: ['connecting', 'open'] });
  expect(Math.abs(serverNow() - Date.parse(change.at))).toBeLessThan(1000);
  stream.stop();
  expect(s.connections[0]!.signal.aborted).toBe(true);
});

test('connects again when it is cut, and says so only when that does not work', async () => {
  const s = server();
  const { stream, heard } = listen(s);
  await settle();
  s.connections[0]!.say(resync);
  await settle();
  s.connections[0]!.cut();
  await vi.advanceTimersByTimeAsync(1000);
  expect(s.connections).toHaveLength(2);
  s.connections[1]!.say(resync);
  await settle();
  expect(heard.states).toEqual(['connecting', 'open', 'connecting', 'open']);
  expect(heard.resyncs).toBe(2);

  s.refuseWith(new Response('', { status: 503 }));
  s.connections[1]!.cut();
  await vi.advanceTimersByTimeAsync(1000);
  expect(heard.states.at(-1)).toBe('offline');
  const asked = s.fetch.mock.calls.length;
  await vi.advanceTimersByTimeAsync(500);
  expect(s.fetch.mock.calls).toHaveLength(asked); // it waits longer each time
  s.refuseWith(null);
  stream.hurry();
  await settle();
  s.connections[2]!.say(resync);
  await settle();
  expect(heard.states.at(-1)).toBe('open');
  stream.stop();
});

test('a connection that is silent counts as dead', async () => {
  const s = server();
  const { stream, heard } = listen(s);
  await settle();
  s.connections[0]!.say(resync);
  await vi.advanceTimersByTimeAsync(39_000);
  s.connections[0]!.say(': alive\n\n');
  await vi.advanceTimersByTimeAsync(39_000);
  expect(s.connections).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(3000);
  expect(s.connections).toHaveLength(2);
  expect(heard.states.at(-1)).toBe('connecting');
  stream.stop();
});

test('ends with the session', async () => {
  const s = server();
  s.refuseWith(new Response('', { status: 401 }));
  const { heard } = listen(s);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(heard.signedOut).toBe(1);
  expect(s.fetch).toHaveBeenCalledTimes(1);
});

test('the first connection goes on from a moment, and nothing need be loaded again', async () => {
  const s = server();
  const heard = { resyncs: 0, states: [] as StreamState[] };
  const stream = new ChangeStream(
    { url: '/stream', since: '2026-11-21T10:00:00+01:00', fetch: s.fetch as typeof fetch, pause: () => 1000 },
    { onResync: () => void heard.resyncs++, onChange: () => {}, onState: (x) => void heard.states.push(x), onSignedOut: () => {} },
  );
  stream.start();
  await settle();
  s.connections[0]!.say('event: ready\ndata: {"now":"2026-11-21T10:00:00Z"}\n\n');
  await settle();
  expect([heard.resyncs, heard.states.at(-1)]).toEqual([0, 'open']);
  s.connections[0]!.cut();
  await vi.advanceTimersByTimeAsync(1000);
  s.connections[1]!.say(resync);
  await settle();
  expect(heard.resyncs).toBe(1);
  expect(s.fetch.mock.calls.map(([url]) => url)).toEqual(['/stream?since=2026-11-21T10%3A00%3A00%2B01%3A00', '/stream']);
  stream.stop();
});
