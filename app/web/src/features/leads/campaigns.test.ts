import { expect, test } from 'vitest';
import { readCampaignSearch, share, tableOf, wait } from './campaigns';

test('the address says what is counted, and leaves out what is usual', () => {
  expect(readCampaignSearch({ by: 'ad', days: '90', channel: 'c1' })).toEqual({ by: 'ad', days: 90, channel: 'c1' });
  expect(readCampaignSearch({ by: 'campaign', days: 30 })).toEqual({ by: undefined, days: undefined, channel: undefined });
  expect(readCampaignSearch({ by: 'nonsense', days: -1 })).toEqual({ by: undefined, days: undefined, channel: undefined });
});

test('only these or those are counted, but conversations come by no form', () => {
  expect(readCampaignSearch({ kind: 'message' })).toEqual({ kind: 'message' });
  expect(tableOf({ kind: 'message' })).toContain('kind=message');
  expect(tableOf({ kind: 'message', by: 'form' })).not.toContain('kind=');
});

test('parts are told in percent where there is a whole', () => {
  expect(share(1, 3)).toBe('33 %');
  expect(share(0, 0)).toBe('');
  expect(wait(null)).toBe('–');
});
