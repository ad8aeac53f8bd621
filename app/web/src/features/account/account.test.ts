import { describe, expect, test } from 'vitest';
import { countries, zones } from './account';

describe('where an account is', () => {
  test('countries have names, and none that is no more is among them', () => {
    const all = countries('de');
    expect(all).toContainEqual({ value: 'AT', label: 'Österreich' });
    expect(all.length).toBeGreaterThan(230);
    for (const code of ['DD', 'SU', 'EU', 'ZZ']) expect(all.some((c) => c.value === code)).toBe(false);
  });

  test('zones are those of the browser and the own one', () => {
    expect(zones('Mars/Olympus')).toContain('Mars/Olympus');
    expect(zones('UTC').filter((z) => z === 'UTC')).toHaveLength(1);
    expect(zones('UTC')).toContain('Europe/Berlin');
  });
});
