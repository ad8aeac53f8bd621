import { expect, test } from 'vitest';
import { contrast, paletteOf } from './palette';

test('the preview derives the colours that the real page has', () => {
  // The same table as in domain/account/brand_test.go.
  for (const [color, ...rest] of [
    ['', '#0e6d7b', '#ffffff', '#0e6d7b', '#4a929c'],
    ['#ffffff', '#ffffff', '#000000', '#737373', '#ffffff'],
    ['#000000', '#000000', '#ffffff', '#000000', '#8c8c8c'],
    ['#ffcc00', '#ffcc00', '#000000', '#8c7000', '#ffcc00'],
    ['red', '#0e6d7b', '#ffffff', '#0e6d7b', '#4a929c'],
  ] as const) {
    const p = paletteOf(color);
    expect([p.fill, p.ink, p.onLight, p.onDark]).toEqual(rest);
    expect(contrast(p.fill, p.ink)).toBeGreaterThanOrEqual(4.5);
  }
});
