import css from './Face.module.css';

const hues = [188, 262, 24, 340, 96, 214, 44, 300];

function hueOf(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  return hues[sum % hues.length] ?? 188;
}

/** The first letters of the first and the last word of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((w) => (w ? [...w][0] : ''));
  return letters.join('').toLocaleUpperCase() || '?';
}

/** Somebody, by their initials. The name itself is always written beside it. */
export function Face({ name, id, size = 28, square = false }: { name: string; id: string; size?: number; square?: boolean }) {
  return (
    <span
      className={css.face}
      aria-hidden="true"
      data-square={square || undefined}
      style={{ width: size, height: size, fontSize: size * 0.4, ['--hue' as string]: hueOf(id) }}
    >
      {initials(name)}
    </span>
  );
}
