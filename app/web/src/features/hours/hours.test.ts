import { describe, expect, test } from 'vitest';
import { beginDay, cleaned, isAlways, moreSpan, placeOf, readSpan, runs, shownTime, writeSpan } from './hours';

describe('working hours', () => {
  test('are spans that end at midnight at the latest', () => {
    expect(readSpan('09:00-24:00')).toEqual({ from: '09:00', to: '24:00' });
    expect(shownTime('24:00')).toBe('00:00');
    expect(writeSpan({ from: '09:00', to: '00:00' })).toBe('09:00-24:00');
    expect(placeOf({ from: '06:00', to: '18:00' })).toEqual({ left: 25, width: 50 });
    expect(placeOf({ from: '18:00', to: '06:00' }).width).toBe(0);
  });

  test('begin with those of the day before, and go on after the last', () => {
    expect(beginDay({}, 'monday')).toEqual(['09:00-17:00']);
    expect(beginDay({ monday: ['08:00-12:00'] }, 'tuesday')).toEqual(['08:00-12:00']);
    expect(moreSpan(['09:00-12:00'])).toBe('13:00-17:00');
    expect(moreSpan(['09:00-23:30'])).toBe('23:00-24:00');
  });

  test('are told together where days that follow each other are alike', () => {
    const day = ['09:00-12:00', '13:00-17:00'];
    expect(runs({ monday: day, tuesday: [...day], thursday: day, friday: [], saturday: ['10:00-12:00'], sunday: ['10:00-12:00'] })).toEqual([
      { first: 'monday', last: 'tuesday', spans: day },
      { first: 'thursday', last: 'thursday', spans: day },
      { first: 'saturday', last: 'sunday', spans: ['10:00-12:00'] },
    ]);
    expect(runs({ monday: day, friday: day })).toHaveLength(2);
    expect(runs({ monday: day })).toEqual([{ first: 'monday', last: 'monday', spans: day }]);
    expect(runs({})).toEqual([]);
    expect(isAlways({ time_zone: 'UTC', monday: [], holidays: [{ date: '2026-12-25' }] })).toBe(true);
  });

  test('are kept without what is empty', () => {
    const hours = { monday: [], tuesday: ['09:00-17:00'], holidays: [{ date: '2026-12-26' }, { date: '' }, { date: '2026-12-25', name: '' }] };
    expect(cleaned(hours)).toEqual({ tuesday: ['09:00-17:00'], holidays: [{ date: '2026-12-25' }, { date: '2026-12-26' }] });
    expect(cleaned({ holidays: [] })).toEqual({});
    expect(cleaned({ time_zone: 'Asia/Tokyo', monday: ['09:00-17:00'] })).toEqual({ time_zone: 'Asia/Tokyo', monday: ['09:00-17:00'] });
    expect(cleaned({ time_zone: 'Asia/Tokyo' })).toEqual({});
  });
});
