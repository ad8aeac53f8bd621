import { expect, test } from 'vitest';
import { keyOf } from './keyOf';

test.each([
  ['Order number', 'order_number'],
  ['Größe (cm)', 'groesse_cm'],
  ['2nd name', 'nd_name'],
  ['Café', 'cafe'],
  ['注文', 'field'],
  ['x'.repeat(80), 'x'.repeat(36)],
])('%s', (label, key) => {
  expect(keyOf(label, [])).toBe(key);
});

test('no key is there twice', () => {
  expect(keyOf('Size', [{ key: 'size' }, { key: 'size_2' }])).toBe('size_3');
});
