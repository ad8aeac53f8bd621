/** Time zones as the browser knows them, with the one that it is in. */
export function timeZones(own: string): string[] {
  const all = Intl.supportedValuesOf('timeZone');
  return [...new Set(['UTC', own, ...all])].toSorted();
}

/** Every country that has a name, in a language's order. */
export function countries(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const found: { value: string; label: string }[] = [];
  for (const a of letters) {
    for (const b of letters) {
      const label = nameOf(names, a + b);
      if (label && !elsewhere.has(a + b)) found.push({ value: a + b, label });
    }
  }
  return found.toSorted((a, b) => a.label.localeCompare(b.label, language));
}

/** Codes with a name that are no country: unions, the world's unknown regions, and countries that are no more. */
const elsewhere = new Set(
  ['EU', 'EZ', 'UN', 'ZZ', 'XA', 'XB', 'QO', 'AC', 'CP', 'DG', 'EA', 'IC', 'TA', 'CQ', 'AN', 'SU', 'YU', 'DD', 'CS', 'ZR', 'BU', 'TP', 'FX',
   'HV', 'NH', 'RH', 'VD', 'DY', 'NQ', 'NT', 'PC', 'PU', 'PZ', 'CT', 'FQ', 'JT', 'MI', 'WK', 'YD', 'UK', 'QU'],
);

function nameOf(names: Intl.DisplayNames, code: string): string | undefined {
  try {
    return names.of(code);
  } catch {
    return undefined;
  }
}

/** The country that the browser's languages speak of, as en-GB. */
export function countryOf(tags: readonly string[]): string {
  for (const tag of tags) {
    const { region } = new Intl.Locale(tag);
    if (region?.length === 2) return region;
  }
  return '';
}
