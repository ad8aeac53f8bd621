import type { Status } from './templates';
import css from './StatusDot.module.css';

/** A status by its colour, and in words where there is room for them. */
export function StatusDot({ status, named = false }: { status: Pick<Status, 'name' | 'category' | 'color'>; named?: boolean }) {
  return (
    <span className={css.status} title={named ? undefined : status.name}>
      <span className={css.dot} data-category={status.category} style={status.color ? { color: status.color } : undefined} />
      <span className={named ? css.name : 'sr'}>{status.name}</span>
    </span>
  );
}
