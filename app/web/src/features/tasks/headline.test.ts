import { expect, test } from 'vitest';
import { headline } from './headline';

const task = { contact_name: 'Anna Berg', channel_name: 'Café', title: 'Anna Berg: Is it on its way?', snippet: 'Is it on its way?' };

test('nothing is said twice', () => {
  expect(headline(task, '?')).toEqual({ who: 'Anna Berg', what: 'Is it on its way?', said: 'Café' });
  expect(headline({ ...task, title: 'Anna Berg: Is it on…', snippet: 'Is it on its way?' }, '?').said).toBe('Café');
});

test('what was said last stands below', () => {
  expect(headline({ ...task, snippet: 'Thanks!' }, '?').said).toBe('Thanks!');
  expect(headline({ ...task, snippet: '' }, '?').said).toBe('Café');
});

test('titles of our own stay whole', () => {
  expect(headline({ ...task, title: 'Complaint of Anna Berg: late' }, '?').what).toBe('Complaint of Anna Berg: late');
  expect(headline({ ...task, contact_name: '', title: ': x' }, 'Unknown contact')).toMatchObject({ who: 'Unknown contact', what: ': x' });
});
