import { expect, test } from 'vitest';
import { completionAt, offers } from './complete';

const variable = (path: string) => ({ path, type: 'text' as const, text: `what ${path} is`, example: 'x' });
const variables = ['contact.name', 'contact.fields.*', 'message.text'].map(variable);
const filters = [{ name: 'default', args: ['value'], optional: 0, text: 'instead', example: '' }, { name: 'upcase', args: [], optional: 0, text: 'loud', example: '' }];

test.each([
  ['Hello', null],
  ['{{', { from: 2, word: '', filter: false, tag: false }],
  ['{{ cont', { from: 3, word: 'cont', filter: false, tag: false }],
  ['{{ contact.name |', { from: 17, word: '', filter: true, tag: false }],
  ['{{ contact.name | up', { from: 18, word: 'up', filter: true, tag: false }],
  ['{{ contact.name | default: "x', null],
  ['{{ contact.name }} and', null],
  ['{% i', null],
  ['{% if cont', { from: 6, word: 'cont', filter: false, tag: true }],
])('%s', (text, wanted) => {
  expect(completionAt(text, text.length)).toEqual(wanted);
});

const at = (text: string) => offers(completionAt(text, text.length)!, variables, filters).map((o) => o.insert);

test('what begins like the word comes first', () => {
  expect(at('{{ te')).toEqual(['message.text']);
  expect(at('{{ contact.f')).toEqual(['contact.fields.']);
  expect(at('{{ contact.fields.')).toEqual([]);
  expect(at('{{ contact.name')).toEqual([]);
  expect(at('{{ contact.name | d')).toEqual(['default: ', 'upcase']);
});
