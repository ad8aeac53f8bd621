/** What stands behind a colon right before the caret, two letters at least, at the beginning of a word; null when nothing does. */
export function colonAt(text: string, caret: number): { from: number; written: string } | null {
  const found = /(?:^|[\s(]):([\p{L}+][\p{L}\d_+-]+)$/u.exec(text.slice(0, caret));
  if (!found) return null;
  const written = found[1] ?? '';
  return { from: caret - written.length - 1, written };
}
