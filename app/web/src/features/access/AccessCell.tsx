import { useTranslation } from 'react-i18next';
import { list } from '@/i18n/format';
import type { Cell, Matrix, Role } from './access';
import css from './access.module.css';

interface Props {
  /** Whose role on which channel, for those who do not see the table. */
  name: string;
  role: Role;
  /** Where it comes from, in short; and all that speaks for it. */
  from?: string;
  reasons: string[];
  edit?: () => void;
}

/** What somebody may do on a channel, with its reason; a press changes it. */
export function AccessCell({ name, role, from, reasons, edit }: Props) {
  const { t } = useTranslation();
  const words = t(`access.role.${role}`);
  const inner = (
    <>
      <span className={css.roleName}>
        <Meter role={role} />
        {words}
      </span>
      {from && <small>{from}</small>}
    </>
  );
  const why = reasons.length > 0 ? t('access.because', { reasons: list(reasons) }) : t('access.becauseNothing');
  if (!edit) {
    return (
      <span className={css.cell} data-role={role} title={why}>
        {inner}
      </span>
    );
  }
  return (
    <button type="button" className={css.cell} data-role={role} title={why} onClick={edit}>
      <span className="sr">{`${name}: `}</span>
      {inner}
      <span className="sr">{`. ${why}`}</span>
    </button>
  );
}

/** How much it is, at a glance. */
export function Meter({ role }: { role: Role }) {
  const level = { none: 0, viewer: 1, contributor: 2, supervisor: 3 }[role];
  return (
    <span className={css.meter} aria-hidden="true">
      {[1, 2, 3].map((n) => (
        <i key={n} data-on={n <= level || undefined} />
      ))}
    </span>
  );
}

/** Puts the reasons of a role into words. */
export function useReasons(matrix: Matrix | undefined) {
  const { t } = useTranslation();
  const team = (id?: string) => matrix?.teams.find((x) => x.id === id)?.name ?? '';
  const source = (r: Cell['reasons'][number]) => t(`access.from.${r.from}`, { team: team(r.team_id) });
  return {
    /** Where the role comes from, unless it was given to them by themselves. */
    short: ({ party, reasons: [first] }: Cell) => (first && first.from !== party ? source(first) : undefined),
    all: (cell: Cell) => cell.reasons.map((r) => `${source(r)} (${t(`access.role.${r.role}`)})`),
  };
}
