import { expect, test } from 'vitest';
import { filled, missing, partsOf, type MessageTemplate } from './messageTemplate';

const template: MessageTemplate = {
  name: 'shipped',
  language: 'en',
  category: 'utility',
  state: 'approved',
  header: 'Order {{1}}',
  body: 'Hello {{ name }}, it is on its way.',
  footer: '{{not}} a value',
  buttons: [],
  parameters: ['header.1', 'body.name'],
  fetched_at: '',
};

test('values stand in the places of their placeholders', () => {
  expect(partsOf(template).map((p) => p.part)).toEqual(['header', 'body', 'footer']);
  expect(filled('body', template.body, { 'body.name': ' Anna ', 'header.name': 'x' })).toEqual([
    { text: 'Hello ' },
    { text: '{{ name }}', value: 'Anna' },
    { text: ', it is on its way.' },
  ]);
  expect(filled('header', 'Order {{1}}', {})).toEqual([{ text: 'Order ' }, { text: '{{1}}', value: '' }]);
  expect(filled('footer', '{{not}} a value', { 'footer.not': 'x' })).toEqual([{ text: '{{not}} a value' }]);
  expect(missing(template, { 'header.1': '7', 'body.name': ' ' })).toEqual(['body.name']);
});
