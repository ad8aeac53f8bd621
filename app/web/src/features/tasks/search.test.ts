import { expect, test } from 'vitest';
import { listParams, listSort, readTaskSearch, shownQueue, span } from './search';

test('the address says what the list shows, and nonsense is left out', () => {
  expect(readTaskSearch({})).toEqual({});
  expect(readTaskSearch({ queue: 'new', who: 'all' })).toEqual({});
  expect(readTaskSearch({ queue: 'pending', who: 'mine' })).toEqual({ queue: 'pending', who: 'mine' });
  expect(readTaskSearch({ queue: 'x', who: 7, contact: '../..', more: 1 })).toEqual({});
  const contact = '0192a3b4-0000-7000-8000-000000000001';
  expect(readTaskSearch({ contact, queue: 'new' })).toEqual({ contact, queue: 'new' });
  expect(readTaskSearch({ q: 4711 })).toEqual({ q: '4711' });
});

test('while something is looked for, no queue is left out', () => {
  expect(shownQueue({})).toBe('new');
  expect(shownQueue({ queue: 'resolved' })).toBe('resolved');
  expect(shownQueue({ q: 'roast' })).toBeUndefined();
  expect(shownQueue({ q: 'roast', queue: 'new' })).toBe('new');
});

test('ages are whole days', () => {
  const now = new Date(2026, 10, 26, 15, 30).getTime();
  expect(span('today', now)).toEqual({ from: new Date(2026, 10, 26).toISOString() });
  expect(span('week', now)).toEqual({ from: new Date(2026, 10, 19).toISOString() });
  expect(span('older', now)).toEqual({ to: new Date(2026, 9, 27).toISOString() });
  expect(span(undefined, now)).toEqual({});
});

test('a filter for somebody goes before whose queue it is', () => {
  const assignee = '0192a3b4-0000-7000-8000-000000000001';
  expect(listParams({ who: 'mine' }).assignee).toBe('me');
  expect(listParams(readTaskSearch({ who: 'unassigned', assignee })).assignee).toBe(assignee);
  expect(listSort(readTaskSearch({ sort: 'oldest' }))).toBe('created_at');
  expect(readTaskSearch({ sort: 'x', created: 'never', commented: 'week' })).toEqual({ commented: 'week' });
});
