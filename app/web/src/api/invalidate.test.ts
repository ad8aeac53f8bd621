import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { concerns, Invalidator } from './invalidate';
import type { Change } from './stream';

function changed(type: string, refs: Change['refs'] = {}): Change {
  return { id: type, type, refs, at: '' };
}
function query(path: string, id?: string) {
  return ['get', path, { params: { path: id ? { id } : {} } }];
}

test.each([
  ['task.created', { task_id: 't1' }, query('/tasks'), true],
  ['task.created', { task_id: 't1' }, query('/tasks/tallies'), true],
  ['task.changed', { task_id: 't1' }, query('/tasks/{id}', 't1'), true],
  ['task.changed', { task_id: 't1' }, query('/tasks/{id}', 't2'), false],
  ['task.changed', { task_id: 't1' }, query('/tasks/{id}/why', 't1'), true],
  ['task.changed', { task_id: 't1' }, query('/tasks/{id}/comments', 't1'), false],
  ['comment.created', { task_id: 't1' }, query('/tasks/{id}/comments', 't1'), true],
  ['comment.created', { task_id: 't1' }, query('/tasks/{id}/reply-window', 't1'), true],
  ['comment.changed', { task_id: 't1' }, query('/tasks/{id}/comments', 't2'), false],
  ['comment.changed', { comment_id: 'x' }, query('/tasks/{id}/comments', 't2'), true],
  ['contact.changed', { contact_id: 'c1' }, query('/contacts/{id}', 'c1'), true],
  ['contact.changed', { contact_id: 'c1' }, query('/contacts/{id}', 'c2'), false],
  ['channel.changed', { channel_id: 'h1' }, query('/channels'), true],
  ['channel.changed', { channel_id: 'h1', object_id: 'f1' }, query('/lead-forms/{id}', 'f1'), true],
  ['channel.changed', { channel_id: 'h1', object_id: 'f1' }, query('/lead-forms/{id}', 'f2'), false],
  ['connection.changed', { object_id: 'n1' }, query('/channels/connections/{id}', 'n1'), true],
  ['connection.changed', { object_id: 'n1' }, query('/channels'), false],
  ['channel.changed', { channel_id: 'h1' }, query('/channels/{id}', 'h1'), true],
  ['channel.changed', { channel_id: 'h1' }, query('/tasks/{id}/reply-window', 't1'), true],
  ['template.changed', {}, query('/status-sets/{id}', 's1'), true],
  ['template.changed', {}, query('/object-templates/{id}', 's1'), true],
  ['staff.changed', {}, ['get', '/me'], true],
  ['draft.changed', { task_id: 't1' }, query('/tasks/{id}/drafts', 't1'), true],
  ['draft.changed', { task_id: 't1' }, query('/tasks/{id}/drafts', 't2'), false],
  ['draft.changed', { task_id: 't1' }, query('/drafts'), true],
  ['task.changed', { task_id: 't1' }, query('/tasks/{id}/drafts', 't1'), false],
  ['something.new', {}, query('/tasks'), false],
] as const)('%s %o concerns %o: %s', (type, refs, key, expected) => {
  expect(concerns(changed(type, refs), key)).toBe(expected);
});

test('a flood of changes is one reload', async () => {
  vi.useFakeTimers();
  const client = new QueryClient();
  client.setQueryData(query('/tasks'), []);
  client.setQueryData(query('/tasks/{id}', 't1'), {});
  client.setQueryData(query('/channels'), []);
  const invalidate = vi.spyOn(client, 'invalidateQueries');
  const invalidator = new Invalidator(client, 50);
  for (let i = 0; i < 1000; i++) invalidator.add(changed('task.changed', { task_id: 't1' }));
  await vi.advanceTimersByTimeAsync(60);
  expect(invalidate).toHaveBeenCalledTimes(2); // what is dear goes by itself
  const stale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
  expect([stale(query('/tasks')), stale(query('/tasks/{id}', 't1')), stale(query('/channels'))]).toEqual([true, true, false]);
  vi.useRealTimers();
});

test('under a flood, counts and long lists are loaded again every two seconds at most', async () => {
  vi.useFakeTimers();
  const client = new QueryClient();
  const loads = { counts: 0, short: 0, long: 0 };
  const counts = query('/tasks/counts');
  const [short, long] = [query('/tasks'), query('/tasks', 'long')];
  client.setQueryData(counts, {});
  client.setQueryData(short, { pages: [1], pageParams: [] });
  client.setQueryData(long, { pages: [1, 2, 3, 4], pageParams: [] });
  client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'invalidate') return;
    if (event.query.queryKey === counts) loads.counts += 1;
    else if (event.query.queryKey === long) loads.long += 1;
    else loads.short += 1;
    const { queryKey } = event.query;
    queueMicrotask(() => client.setQueryData(queryKey, (data: object | undefined) => ({ ...data })));
  });
  const invalidator = new Invalidator(client, 50, 2000);
  for (let i = 0; i < 50; i++) {
    invalidator.add(changed('task.changed', { task_id: 't1' }));
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(loads.short).toBe(50);
  expect([loads.counts, loads.long]).toEqual([3, 3]); // at 0, 2 and 4 s
  await vi.advanceTimersByTimeAsync(2000);
  expect(loads.counts).toBe(4); // the last change is not forgotten
  vi.useRealTimers();
});
