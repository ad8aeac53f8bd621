import { Combobox, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Party } from '@/api/types';
import { staffQuery, teamsQuery } from '@/features/tasks/tasks';
import { nearTime } from '@/i18n/format';
import { Face } from '@/ui/Face';
import { IconCheck, IconChevron } from '@/ui/icons';
import css from './Assignees.module.css';

interface Props {
  chosen: Party[];
  choose: (p: Party[]) => void;
  teams?: boolean;
  name: string;
  empty: string;
  note?: ReactNode;
}

/** People, and teams where they may be chosen, from one list. */
export function PartyPicker({ chosen, choose, teams = false, name, empty, note }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const box = useCombobox({
    onDropdownOpen: () => box.focusSearchInput(),
    onDropdownClose: () => {
      setText('');
      box.focusTarget();
      box.resetSelectedOption();
    },
  });
  const parties = useParties(box.dropdownOpened, teams);
  const wanted = text.trim().toLocaleLowerCase();
  const shown = parties.filter((p) => p.name.toLocaleLowerCase().includes(wanted));
  const has = (id: string) => chosen.some((a) => a.id === id);
  const toggle = (id: string) => {
    const party = parties.find((p) => p.id === id);
    if (!party) return;
    choose(has(id) ? chosen.filter((a) => a.id !== id) : [...chosen, { id: party.id, kind: party.kind, name: party.name }]);
  };
  const find = teams ? t('details.findParty') : t('details.findPerson');
  return (
    <Combobox store={box} onOptionSubmit={toggle} position="bottom-start" width={240} withinPortal>
      <Combobox.Target targetType="button" withAriaAttributes>
        <button type="button" className={css.button} onClick={() => box.toggleDropdown()}>
          <span className="sr">{`${name}: `}</span>
          {chosen.length === 0 ? (
            <span className={css.nobody}>{empty}</span>
          ) : (
            <span className={css.list}>
              {chosen.map((a) => (
                <span key={a.id} className={css.party}>
                  <Face name={a.name} id={a.id} size={18} square={a.kind === 'team'} />
                  {a.name}
                </span>
              ))}
            </span>
          )}
          <IconChevron size={12} />
        </button>
      </Combobox.Target>
      {note}
      <Combobox.Dropdown>
        <Combobox.Search
          value={text}
          aria-label={find}
          placeholder={find}
          onChange={(event) => {
            setText(event.currentTarget.value);
            box.selectFirstOption();
          }}
        />
        <Combobox.Options mah={260} className={css.options} aria-label={name}>
          {shown.map((p) => (
            <Combobox.Option key={p.id} value={p.id} active={has(p.id)} aria-selected={has(p.id)}>
              <span className={css.option}>
                <Face name={p.name} id={p.id} size={18} square={p.kind === 'team'} />
                <span>
                  {p.name}
                  {p.away && <small>{p.until ? t('away.backAt', { time: nearTime(p.until) }) : t('details.away')}</small>}
                  {p.kind === 'team' && <small>{t('details.team')}</small>}
                </span>
                {has(p.id) && <IconCheck />}
              </span>
            </Combobox.Option>
          ))}
          {shown.length === 0 && <Combobox.Empty>{t('details.noParty')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function useParties(enabled: boolean, teams: boolean): (Party & { away?: boolean; until?: string | null })[] {
  const { data: staff } = useQuery({ ...staffQuery, enabled });
  const { data: groups } = useQuery({ ...teamsQuery, enabled: enabled && teams });
  const people = staff?.items.filter((s) => s.enabled) ?? [];
  return [
    ...people.map((s) => ({ id: s.id, kind: 'staff' as const, name: s.name, away: !s.available, until: s.away_until })),
    ...(teams ? (groups?.items ?? []) : []).map((g) => ({ id: g.id, kind: 'team' as const, name: g.name })),
  ];
}
