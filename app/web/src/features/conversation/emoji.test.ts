import { expect, test } from 'vitest';
import { findEmoji, nameOf } from './emoji';

test.each([
  ['thumbs up', 'en', '👍️'],
  ['daumen hoch', 'de', '👍️'],
  ['Daumen', 'en', '👍️'],
  ['+1', 'en', '👍️'],
  ['tada', 'en', '🎉'],
  ['konfetti', 'de', '🎉'],
  ['red heart', 'de', '❤️'],
  ['pizza', 'de', '🍕'],
])('%s is found (%s)', (text, language, emoji) => {
  expect(findEmoji(text, language).slice(0, 6).map((e) => e.emoji)).toContain(emoji);
});

test('names are in the language of the reader', () => {
  expect(findEmoji('pizza', 'en')[0]?.name).toBe('pizza');
  expect(nameOf('🎉', 'de')).toBe('Konfettibombe');
  expect(findEmoji('nonsenseword', 'en')).toEqual([]);
});
