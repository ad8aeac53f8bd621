import { many } from './tasks';
import css from './Count.module.css';

/** How many there are; nothing when there are none. */
export function Count({ of }: { of: number | undefined }) {
  if (!of) return null;
  return <span className={css.count}>{of >= many ? `${many - 1}+` : of}</span>;
}
