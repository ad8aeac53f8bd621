import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Face } from '@/ui/Face';
import { IconUsers } from '@/ui/icons';
import { AccessCell, useReasons } from './AccessCell';
import { AccessDialog } from './AccessDialog';
import type { Cell, Matrix, Party, Place } from './access';
import css from './access.module.css';

/** A row: a switch, a team or a person. */
interface Row {
  party: Party;
  id: string;
  name: string;
  note?: string;
  /** Nothing can be changed: admins may everything. */
  fixed?: boolean;
}

/** People and teams by channels: who may do what where. */
export function AccessTable({ matrix, channels, alone = false }: { matrix: Matrix; channels: Matrix['channels']; alone?: boolean }) {
  const { t } = useTranslation();
  const words = useReasons(matrix);
  const [editing, setEditing] = useState<{ place: Place; name: string; reasons: string[] } | null>(null);
  const cells = new Map(matrix.cells.map((c) => [`${c.channel_id} ${c.party} ${c.id}`, c]));
  const groups: { name: string; rows: Row[] }[] = [
    {
      name: t('access.switches'),
      rows: (['all_staff', 'all_teams'] as const).map((party) => ({ party, id: '', name: t(`access.${party}`), note: t(`access.note.${party}`) })),
    },
    {
      name: t('access.teams'),
      rows: matrix.teams.map((x) => ({ party: 'team', id: x.id, name: x.name, note: t('access.members', { count: x.members }) })),
    },
    {
      name: t('access.people'),
      rows: matrix.people.map((x) => ({ party: 'staff', id: x.id, name: x.name, note: t(`session.role.${x.role}`), fixed: x.role !== 'member' })),
    },
  ];
  const edit = (row: Row, channel: string, cell?: Cell) =>
    setEditing({ place: { channel, party: row.party, id: row.id }, name: row.name, reasons: cell ? words.all(cell) : [] });
  const show = (row: Row, channel: Matrix['channels'][number]) => {
    const name = t('access.at', { name: row.name, channel: channel.name });
    if (row.party === 'all_staff' || row.party === 'all_teams') {
      return <AccessCell name={name} role={channel[row.party]} reasons={[t(`access.note.${row.party}`)]} edit={() => edit(row, channel.id)} />;
    }
    const cell = cells.get(`${channel.id} ${row.party} ${row.id}`);
    if (!cell) return null;
    const change = row.fixed ? undefined : () => edit(row, channel.id, cell);
    return <AccessCell name={name} role={cell.role} from={words.short(cell)} reasons={words.all(cell)} edit={change} />;
  };
  return (
    <>
      {/* It is scrolled by the keyboard too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={css.scroll} tabIndex={0} role="region" aria-label={t('access.title')}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t('access.who')}</th>
              {channels.map((c) => (
                <th key={c.id} scope="col">
                  {alone ? t('access.may') : c.name}
                </th>
              ))}
            </tr>
          </thead>
          {groups
            .filter((g) => g.rows.length > 0)
            .map((g) => (
              <tbody key={g.name}>
                <tr className={css.group}>
                  <th scope="rowgroup" colSpan={channels.length + 1}>
                    {g.name}
                  </th>
                </tr>
                {g.rows.map((row) => (
                  <tr key={row.party + row.id}>
                    <th scope="row">
                      <Who row={row} />
                    </th>
                    {channels.map((c) => (
                      <td key={c.id}>{show(row, c)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            ))}
        </table>
      </div>
      {editing && <AccessDialog key={JSON.stringify(editing.place)} matrix={matrix} {...editing} close={() => setEditing(null)} />}
    </>
  );
}

function Who({ row }: { row: Row }) {
  const one = row.party === 'staff' || row.party === 'team';
  return (
    <span className={css.who}>
      {one ? <Face name={row.name} id={row.id} size={26} square={row.party === 'team'} /> : <IconUsers />}
      <span>
        <strong>{row.name}</strong>
        {row.note && <small>{row.note}</small>}
      </span>
    </span>
  );
}
