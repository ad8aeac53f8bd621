import { expect, test } from 'vitest';
import { faultOf, faultTogether, guessType, limitsFor } from './fileLimits';

const mb = 2 ** 20;
const messenger = limitsFor('public', { file_limits: { image: 8 * mb, file: 25 * mb } });
const under = limitsFor('public', { file_limits: { image: 8 * mb }, together: true });
const reply = limitsFor('private', { file_limits: { image: 8 * mb } });
const note = limitsFor('internal', { file_limits: {} });

test.each([
  ['image/png', 8 * mb, messenger, undefined],
  ['image/png', 8 * mb + 1, messenger, 'tooLarge'],
  ['image/svg+xml', 9 * mb, messenger, undefined],
  ['application/pdf', 26 * mb, messenger, 'tooLarge'],
  ['application/pdf', 1, under, 'wrongType'],
  ['video/mp4', 1, messenger, 'wrongType'],
  ['video/mp4', 25 * mb, note, undefined],
  ['video/mp4', 25 * mb + 1, note, 'tooLarge'],
] as const)('%s of %i bytes', (mime, size, limits, key) => {
  expect(faultOf({ type: guessType(mime) as 'file', size }, limits)?.key).toBe(key);
});

test.each([
  [2, '', under, 'tooMany'],
  [1, 'text', under, undefined],
  [1, 'text', reply, 'either'],
  [1, ' ', reply, undefined],
  [11, '', note, 'tooMany'],
  [10, 'text', messenger, undefined],
] as const)('%i files with %o', (files, text, limits, key) => {
  expect(faultTogether(files, text, limits)?.key).toBe(key);
});
