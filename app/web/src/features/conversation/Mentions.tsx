import { useQuery } from '@tanstack/react-query';
import { useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/features/session/session';
import { staffQuery } from '@/features/tasks/tasks';
import { Face } from '@/ui/Face';
import { useCaret, useChoosing } from './choosing';
import css from './Mentions.module.css';

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  write: (text: string) => void;
}

const most = 6;

/** What stands behind an @ right before the caret; null when there is none. */
export function mentionAt(text: string, caret: number): { from: number; written: string } | null {
  const found = /(?:^|[\s(])@([^\s@]*(?: [^\s@]*)?)$/.exec(text.slice(0, caret));
  if (!found) return null;
  const written = found[1] ?? '';
  return { from: caret - written.length, written };
}

/** Colleagues to name in a note: whoever is named follows the task from then on, and is told. */
export function Mentions({ field, text, write }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const { caret, put } = useCaret(field);
  const [closed, setClosed] = useState(-1);
  const at = mentionAt(text, caret);
  const { data } = useQuery({ ...staffQuery, enabled: at !== null });
  const wanted = at?.written.toLocaleLowerCase() ?? '';
  const fits = (name: string) => name.toLocaleLowerCase().includes(wanted) && name.toLocaleLowerCase() !== wanted.trim();
  const all = at && at.from !== closed ? (data?.items ?? []) : [];
  const found = all.filter((s) => s.enabled && s.id !== me.id && fits(s.name)).slice(0, most);
  const take = ({ name }: { name: string }) => {
    if (!at) return;
    write(`${text.slice(0, at.from)}${name} ${text.slice(caret)}`);
    put(at.from + name.length + 1);
  };
  const chosen = useChoosing(field, found, take, () => setClosed(at?.from ?? -1));

  if (found.length === 0) return null;
  return (
    <ul className={css.list} aria-label={t('details.mentions')}>
      {found.map((s) => (
        <li key={s.id}>
          <button
            type="button"
            tabIndex={-1}
            data-cursor={s === chosen || undefined}
            onMouseDown={(event) => {
              event.preventDefault();
              take(s);
            }}
          >
            <Face name={s.name} id={s.id} size={18} />
            {s.name}
          </button>
        </li>
      ))}
    </ul>
  );
}
