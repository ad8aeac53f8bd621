import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/types';
import { shownPhone } from './contacts';
import css from './contacts.module.css';

/** Two contacts side by side; of what both have, the one that remains is chosen. */
export function Compare({ first, second, take, setTake }: { first: Contact; second: Contact; take?: string[]; setTake?: (take: string[]) => void }) {
  const { t } = useTranslation();
  const group = useId();
  const rows = [
    pick('name', first.name, second.name),
    pick('kind', t(`contacts.one.${first.kind}`), t(`contacts.one.${second.kind}`)),
    pick('group', first.group, second.group),
    ...[...new Set([...Object.keys(first.fields), ...Object.keys(second.fields)])].map((key) =>
      pick(`field:${key}`, shown(first.fields[key]), shown(second.fields[key])),
    ),
  ];
  const both = [
    [t('contacts.emails'), first.emails, second.emails],
    [t('contacts.phones'), first.phones.map(shownPhone), second.phones.map(shownPhone)],
    [t('contacts.tags'), first.tags, second.tags],
    [t('contacts.identities'), first.identities.map((x) => x.name || x.external_id), second.identities.map((x) => x.name || x.external_id)],
  ] as const;
  const label = (what: string) => (what.startsWith('field:') ? what.slice(6) : t(`contacts.${what as 'name'}`));
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t('contacts.merge.what')}</th>
            <th scope="col">{t('contacts.merge.first')}</th>
            <th scope="col">{t('contacts.merge.second')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ what, a, b }) => (
            <tr key={what}>
              <th scope="row">{label(what)}</th>
              {[a, b].map((value, side) => {
                const choice = setTake && a && b && a !== b;
                const taken = (take?.includes(what) ? 1 : 0) === side;
                return (
                  <td key={side === 0 ? 'a' : 'b'}>
                    {choice ? (
                      <label className={css.check}>
                        <input
                          type="radio"
                          name={group + what}
                          checked={taken}
                          onChange={() => setTake(side === 1 ? [...(take ?? []), what] : (take ?? []).filter((x) => x !== what))}
                        />
                        {value}
                      </label>
                    ) : (
                      value || '–'
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
          {both.map(([name, a, b]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{a.join(', ') || '–'}</td>
              <td>{b.join(', ') || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function pick(what: string, a: string, b: string) {
  return { what, a, b };
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? Object.values(value).join(' ') : String(value);
}
