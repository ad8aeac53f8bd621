import { useTranslation } from 'react-i18next';
import css from './trust.module.css';

/** What a picture shows, as a table: for whoever cannot see it, or wants the numbers. */
export function Figures({ caption, columns, rows }: { caption: string; columns: string[]; rows: (string | number)[][] }) {
  const { t } = useTranslation();
  return (
    <details className={css.figures}>
      <summary>{t('trust.asTable')}</summary>
      {/* What scrolls has to be reached by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={css.scroll} tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption className="sr">{caption}</caption>
          <thead>
            <tr>
              {columns.map((c) => (
                <th key={c} scope="col">
                  {c}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={String(row[0])}>
                {row.map((cell, i) =>
                  i === 0 ? (
                    <th key={columns[i]} scope="row">
                      {cell}
                    </th>
                  ) : (
                    <td key={columns[i]}>{cell}</td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export interface Part {
  key: string;
  label: string;
  count: number;
  /** How it is drawn; the words stand beside it. */
  tone: 'good' | 'plain' | 'wait' | 'doubt' | 'bad' | 'gone';
}

/** Parts of a whole as one bar. Colours are never alone: each part has its words below. */
export function Bar({ label, parts }: { label: string; parts: Part[] }) {
  const total = parts.reduce((n, p) => n + p.count, 0);
  const shown = parts.filter((p) => p.count > 0);
  const starts = shown.map((_, i) => (shown.slice(0, i).reduce((n, p) => n + p.count, 0) / total) * 1000);
  return (
    <svg className={css.bar} viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect width="1000" height="20" data-tone="none" />
      {shown.map((p, i) => {
        const gap = i < shown.length - 1 ? 3 : 0;
        const width = Math.max(6, (p.count / total) * 1000 - gap);
        return <rect key={p.key} x={Math.min(starts[i]!, 994)} width={width} height="20" data-tone={p.tone} />;
      })}
    </svg>
  );
}
