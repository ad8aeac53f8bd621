const letters: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', æ: 'ae', ø: 'oe', å: 'aa' };
const longest = 40;

/** A key that a label suggests and that no other thing has: a letter, then a-z, 0-9 and _. */
export function keyOf(label: string, others: { key: string }[]): string {
  const plain = label
    .toLowerCase()
    .replace(/[äöüßæøå]/g, (c) => letters[c]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, longest - 4);
  const base = plain || 'field';
  const taken = new Set(others.map((o) => o.key));
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? base : `${base}_${n}`;
    if (!taken.has(key)) return key;
  }
}
