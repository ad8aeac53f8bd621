// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { mentionAt } from './Mentions';

test.each([
  ['@', { from: 1, written: '' }],
  ['Please look, @be', { from: 14, written: 'be' }],
  ['@Ben Ok', { from: 1, written: 'Ben Ok' }],
  ['x@example', null],
  ['@Ben Okafor and', null],
])('%s', (text, want) => expect(mentionAt(text, text.length)).toEqual(want));
