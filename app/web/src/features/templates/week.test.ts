import { expect, test } from 'vitest';
import { gaps } from './week';

const hours = (there: (hour: number) => boolean) => Array.from({ length: 168 }, (_, h) => ({ count: there(h) ? 1 : 0 }));

test('a weekend without anybody is one time', () => {
  expect(gaps(hours((h) => h >= 9 && h < 113))).toEqual([{ from: 113, length: 64 }]);
});

test('always and never', () => {
  expect(gaps(hours(() => true))).toEqual([]);
  expect(gaps(hours(() => false))).toEqual([{ from: 0, length: 168 }]);
});

test('each night is a time', () => {
  expect(gaps(hours((h) => h % 24 >= 8 && h % 24 < 18))).toHaveLength(7);
});
