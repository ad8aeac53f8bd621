import { expect, test } from 'vitest';
import { givenAt, settingsWith, type Matrix } from './access';

const cell = (party: 'staff' | 'team', id: string, given: 'none' | 'viewer', channel = 'c') => ({
  channel_id: channel,
  party,
  id,
  given,
  role: given,
  reasons: [],
});
const matrix: Matrix = {
  channels: [{ id: 'c', kind: 'k', name: 'C', all_staff: 'contributor', all_teams: 'none' }],
  people: [],
  teams: [],
  cells: [cell('staff', 'ann', 'viewer'), cell('staff', 'ben', 'none'), cell('team', 't', 'none'), cell('staff', 'ann', 'viewer', 'other')],
};

test('a change keeps everything else that is given on the channel', () => {
  expect(settingsWith(matrix, { channel: 'c', party: 'team', id: 't' }, 'supervisor')).toEqual({
    all_staff: 'contributor',
    all_teams: 'none',
    staff: [{ staff_id: 'ann', role: 'viewer' }],
    teams: [{ team_id: 't', role: 'supervisor' }],
  });
  const taken = settingsWith(matrix, { channel: 'c', party: 'staff', id: 'ann' }, 'none');
  expect(taken.staff).toEqual([]);
  expect(settingsWith(matrix, { channel: 'c', party: 'all_staff', id: '' }, 'none').all_staff).toBe('none');
});

test('what is given in a place', () => {
  expect(givenAt(matrix, { channel: 'c', party: 'staff', id: 'ann' })).toBe('viewer');
  expect(givenAt(matrix, { channel: 'c', party: 'staff', id: 'ben' })).toBe('none');
  expect(givenAt(matrix, { channel: 'c', party: 'all_staff', id: '' })).toBe('contributor');
});
