import { expect, test } from 'vitest';
import { slashAt } from './SavedReplies';

test.each([
  ['/', 1, { from: 0, written: '' }],
  ['/hel', 4, { from: 0, written: 'hel' }],
  ['Yes. /thx', 9, { from: 5, written: 'thx' }],
  ['1/2', 3, null],
  ['https://x', 9, null],
  ['/hello there', 12, null],
  ['/hel more', 4, { from: 0, written: 'hel' }],
])('a slash in %s at %d', (text, caret, want) => {
  expect(slashAt(text, caret)).toEqual(want);
});
