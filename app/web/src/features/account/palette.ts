/** The colours that a brand's colour gives: whatever it is, what is written with it can be read (WCAG 2, AA). */
export interface Palette {
  fill: string;
  ink: string;
  onLight: string;
  onDark: string;
}

export const productColor = '#0e6d7b';
const dark = '#171e23';
const readable = 4.6;

/** The same as the server does for the real pages: domain/account/brand.go. */
export function paletteOf(color: string): Palette {
  const fill = isColor(color) ? color : productColor;
  const dim = contrast(fill, '#ffffff') < contrast(fill, '#000000') && contrast(fill, '#ffffff') < readable;
  return { fill, ink: dim ? '#000000' : '#ffffff', onLight: towards(fill, '#000000', '#ffffff'), onDark: towards(fill, '#ffffff', dark) };
}

export const isColor = (text: string) => /^#[0-9a-f]{6}$/.test(text);

/** Mixes a colour with another one until it can be read on a background. */
function towards(color: string, end: string, background: string): string {
  for (let part = 0; part < 20; part++) {
    const mixed = mix(color, end, part / 20);
    if (contrast(mixed, background) >= readable) return mixed;
  }
  return end;
}

function mix(a: string, b: string, part: number): string {
  const y = channels(b);
  const out = channels(a).map((x, i) => Math.round(x + (y[i]! - x) * part));
  return `#${out.map((x) => x.toString(16).padStart(2, '0')).join('')}`;
}

/** How well one colour can be told from another, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(color: string): number {
  const [r, g, b] = channels(color).map((c) => {
    const v = c / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

const channels = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
