import { expect, test } from 'vitest';
import { roundUp } from '@/ui/charts/Columns';
import { readReportSearch, tableAddress } from './reports';

test('an address says what is reported on, and nothing else', () => {
  expect(readReportSearch({ days: 7, by: 'tag', channel: '', more: 1 })).toEqual({ days: 7, by: 'tag' });
  expect(readReportSearch({ days: 8, by: 'weather' })).toEqual({});
  expect(readReportSearch({ from: '2026-01-01', to: '2026-01-31', days: 7 })).toEqual({ from: '2026-01-01', to: '2026-01-31' });
  expect(readReportSearch({ from: '2026-01-01', working: 'yes' })).toEqual({});
  expect(readReportSearch({ working: true })).toEqual({ working: true });
});

test('the table is that of the screen', () => {
  expect(tableAddress({ from: '2026-01-01', to: '2026-01-31', by: 'tag' })).toBe('/api/v1/reports.csv?from=2026-01-01&to=2026-01-31&by=tag');
});

test('a scale ends at a round number', () => {
  expect([0, 1, 3, 7, 12, 30, 260, 999].map(roundUp)).toEqual([1, 1, 3, 10, 20, 50, 500, 1000]);
});
