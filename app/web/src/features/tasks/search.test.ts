import { expect, test } from 'vitest';
import { readTaskSearch, shownQueue } from './search';

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
