import { whole } from '@/i18n/format';
import css from './charts.module.css';

interface Column {
  key: string;
  /** Below the column; only some of many are shown. */
  label: string;
  values: number[];
  title: string;
}

/** The next round number: the top of a scale. */
export function roundUp(n: number): number {
  if (n <= 4) return Math.max(1, n);
  const size = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 2.5, 5, 10].map((x) => x * size).find((x) => x >= n && Number.isInteger(x)) ?? n;
}

/** How many columns have a label: as many as fit on a phone. */
const most = 6;

/** Columns beside each other, or those of a name on top of each other. */
export function Columns({ columns, stacked = false }: { columns: Column[]; stacked?: boolean }) {
  const height = (values: number[]) => (stacked ? values.reduce((a, b) => a + b, 0) : Math.max(...values));
  const top = roundUp(Math.max(1, ...columns.map((c) => height(c.values))));
  const every = Math.ceil(columns.length / most);
  return (
    <div className={css.plot}>
      <div className={css.scale}>
        <span>{whole(top)}</span>
        {top > 1 && top % 2 === 0 && <span>{whole(top / 2)}</span>}
        <span>0</span>
      </div>
      <ol className={css.columns} data-many={columns.length > 45 || undefined} data-stacked={stacked || undefined}>
        {columns.map((c, n) => (
          <li key={c.key} title={c.title}>
            <span className={css.bars}>
              {c.values.map((v, i) => (
                // Series are few, and stay in their order.
                // oxlint-disable-next-line react/no-array-index-key
                <i key={i} data-series={i} style={{ blockSize: `${(100 * v) / top}%` }} />
              ))}
            </span>
            <small>{n % every === 0 ? c.label : ''}</small>
          </li>
        ))}
      </ol>
    </div>
  );
}
