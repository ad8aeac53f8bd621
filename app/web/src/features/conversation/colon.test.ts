import { expect, test } from 'vitest';
import { colonAt } from './colon';

test.each([
  [':thu', 'thu'],
  ['Well done :tad', 'tad'],
  ['(:smi', 'smi'],
  [':+1', '+1'],
  [':grün', 'grün'],
  [':t', null],
  ['at 10:30', null],
  ['Hours:open', null],
  ['https://kontor', null],
  [': smile', null],
])('%o', (text, written) => {
  expect(colonAt(text, text.length)?.written ?? null).toBe(written);
});
