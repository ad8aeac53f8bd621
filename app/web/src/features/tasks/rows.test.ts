import { expect, test } from 'vitest';
import { drawn, moved } from './rows';

const list = (ids: string) => [...ids].map((id) => ({ id }));

test('rows near what is seen are drawn, and those that must be there', () => {
  expect(drawn(-2, 2, 10, [])).toEqual([0, 1, 2]);
  expect(drawn(6, 12, 8, [])).toEqual([6, 7]);
  expect(drawn(4, 5, 10, [5, 1, 9, -1])).toEqual([1, 4, 5, 9]);
  expect(drawn(0, 3, 0, [0])).toEqual([]);
});

test.each([
  ['one comes above', 'abcdef', 'xabcdef', 1],
  ['two go above', 'abcdef', 'cdef', -2],
  ['one that is seen goes to the top', 'abcdef', 'dabcef', 0],
  ['one comes below', 'abcdef', 'abcdefx', 0],
  ['all are others', 'abcdef', 'xyz', 0],
])('what is seen keeps its place when %s', (_, before, after, by) => {
  expect(moved(list(before), list(after), 2, 4)).toBe(by);
});
