import type { Field } from '@/features/tasks/templates';

/** A field's value as the API has it: see templates/field.go. */
export type FieldValue = string | boolean | string[] | { amount: string; currency: string } | null | undefined;

/** A value as it stands in an input. */
export function fieldText(field: Field, value: FieldValue): string {
  if (value === null || value === undefined) return '';
  if (field.type === 'date_time' && typeof value === 'string') return localTime(value);
  if (typeof value === 'object' && 'amount' in value) return `${value.amount} ${value.currency}`;
  return String(value);
}

/** What was written into an input, as the API wants it. What it makes no sense of is left to the server, which says why. */
export function fieldValue(field: Field, text: string): FieldValue {
  const written = text.trim();
  if (written === '') return null;
  switch (field.type) {
    case 'number':
      return decimal(written);
    case 'money': {
      const [, amount = written, currency] = /^(.*?)\s*([A-Za-z]{3})?$/.exec(written) ?? [];
      return { amount: decimal(amount), currency: (currency ?? field.currency ?? '').toUpperCase() };
    }
    case 'date_time': {
      const time = new Date(written);
      return Number.isNaN(time.getTime()) ? written : time.toISOString().replace('.000Z', 'Z');
    }
  }
  return written;
}

/** A decimal in the API's form, from what people write: 1.200,50 and 1,200.50 are both 1200.50. */
export function decimal(text: string): string {
  const plain = text.replace(/[\s'’]/g, '');
  const last = Math.max(plain.lastIndexOf(','), plain.lastIndexOf('.'));
  if (last < 0) return plain;
  const mark = plain[last]!;
  const marks = plain.split(mark).length - 1;
  const other = mark === ',' ? '.' : ',';
  // The last mark begins the fraction, unless it is there more than once.
  if (marks > 1) return plain.replaceAll(mark, '').replaceAll(other, '.');
  return `${plain.slice(0, last).replaceAll(other, '')}.${plain.slice(last + 1)}`;
}

/** A time for an input of the type datetime-local, in the browser's zone. */
function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
