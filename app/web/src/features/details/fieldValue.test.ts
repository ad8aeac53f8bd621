import { expect, test } from 'vitest';
import type { Field } from '@/features/tasks/templates';
import { decimal, fieldText, fieldValue } from './fieldValue';

const field = (type: string, more: Partial<Field> = {}): Field => ({ key: 'x', label: 'X', type, ...more }) as Field;

test.each([
  ['1200.50', '1200.50'],
  ['1.200,50', '1200.50'],
  ['1,200.50', '1200.50'],
  ['1 200,5', '1200.5'],
  ["1'200.50", '1200.50'],
  ['1.200.000', '1200000'],
  ['12', '12'],
  ['-3,5', '-3.5'],
])('the number %s is %s', (written, value) => {
  expect(decimal(written)).toBe(value);
});

test('what is written becomes what the API takes', () => {
  expect(fieldValue(field('text'), '  4711 ')).toBe('4711');
  expect(fieldValue(field('text'), '   ')).toBeNull();
  expect(fieldValue(field('money', { currency: 'EUR' }), '1.200,50')).toEqual({ amount: '1200.50', currency: 'EUR' });
  expect(fieldValue(field('money', { currency: 'EUR' }), '12.50 usd')).toEqual({ amount: '12.50', currency: 'USD' });
  expect(fieldValue(field('date_time'), '2026-11-21T15:30')).toBe(new Date(2026, 10, 21, 15, 30).toISOString().replace('.000', ''));
  expect(fieldValue(field('date_time'), 'soon')).toBe('soon');
});

test('what the API says becomes what is written', () => {
  expect(fieldText(field('money'), { amount: '12.50', currency: 'EUR' })).toBe('12.50 EUR');
  expect(fieldText(field('text'), undefined)).toBe('');
  expect(fieldText(field('date_time'), new Date(2026, 10, 21, 15, 30).toISOString())).toBe('2026-11-21T15:30');
});
