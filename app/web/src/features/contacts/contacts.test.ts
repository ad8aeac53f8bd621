import { expect, test } from 'vitest';
import { shownPhone } from './contacts';

test.each([
  ['+49301234567', '+49 301 234 567'],
  ['+14155550132', '+1 415 555 0132'],
  ['+353861234567', '+353 861 234 567'],
  ['+4366012345678', '+43 660 123 456 78'],
  ['110', '110'],
  ['', ''],
])('the number %s is read as %s', (number, shown) => {
  expect(shownPhone(number)).toBe(shown);
});
