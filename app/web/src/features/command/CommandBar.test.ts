import { expect, test } from 'vitest';
import { fits } from './CommandBar';

test('some letters in their order are enough', () => {
  expect(fits('All tasks', '')).toBe(true);
  expect(fits('All tasks', 'alta')).toBe(true);
  expect(fits('Nicht zugewiesen', 'NZ')).toBe(true);
  expect(fits('All tasks', 'tl')).toBe(false);
});
