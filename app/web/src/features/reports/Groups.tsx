import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { whole } from '@/i18n/format';
import { dimensions, type Dimension, type Group, type Report, type ReportSearch } from './reports';
import { duration } from './Tiles';
import css from './Reports.module.css';

type Key = 'created' | 'answered' | 'first_answer_median' | 'resolved' | 'resolution_median' | 'open';

const columns: { key: Key; words: 'created' | 'answered' | 'firstAnswer' | 'resolved' | 'resolution' | 'open' }[] = [
  { key: 'created', words: 'created' },
  { key: 'answered', words: 'answered' },
  { key: 'first_answer_median', words: 'firstAnswer' },
  { key: 'resolved', words: 'resolved' },
  { key: 'resolution_median', words: 'resolution' },
  { key: 'open', words: 'open' },
];

function cell(g: Group, key: Key): string {
  return key === 'first_answer_median' || key === 'resolution_median' ? duration(g[key]) : whole(g[key]);
}

/** The figures of each channel, template, topic, tag, team or person. */
export function Groups({ report: r, search }: { report: Report; search: ReportSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const by = search.by ?? 'channel';
  const choose = (d: Dimension) =>
    void navigate({ to: '/reports', search: { ...search, by: d === 'channel' ? undefined : d }, resetScroll: false });
  const [sort, setSort] = useState<{ key: Key; up: boolean }>({ key: 'created', up: false });
  const rows = r.groups.toSorted((a, b) => ((a[sort.key] ?? -1) - (b[sort.key] ?? -1)) * (sort.up ? 1 : -1));
  const most = Math.max(1, ...rows.map((g) => g.created));
  return (
    <section className={css.groups} aria-labelledby="report-groups">
      <header>
        <h2 id="report-groups">{t(`reports.by.${by}`)}</h2>
        <div className={css.spans} role="group" aria-label={t('reports.byWhat')}>
          {dimensions.map((d) => (
            <button key={d} type="button" aria-pressed={d === by} onClick={() => choose(d)}>
              {t(`reports.dimension.${d}`)}
            </button>
          ))}
        </div>
      </header>
      {/* It may be wider than the screen, so it can be reached by keyboard too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={css.table} role="region" tabIndex={0} aria-labelledby="report-groups">
        <table>
          <thead>
            <tr>
              <th scope="col">{t(`reports.dimension.${by}`)}</th>
              {columns.map((c) => (
                <th key={c.key} scope="col" aria-sort={sort.key === c.key ? (sort.up ? 'ascending' : 'descending') : undefined}>
                  <button type="button" onClick={() => setSort({ key: c.key, up: sort.key === c.key && !sort.up })}>
                    {t(`reports.${c.words}`)}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((g) => (
              <tr key={g.id}>
                <th scope="row">
                  {g.name || t(g.id === '' ? `reports.without.${by}` : 'reports.gone')}
                  <i className={css.bar} style={{ inlineSize: `${(100 * g.created) / most}%` }} />
                </th>
                {columns.map((c) => (
                  <td key={c.key}>{cell(g, c.key)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {r.more && <p className={css.note}>{t('reports.more')}</p>}
    </section>
  );
}
