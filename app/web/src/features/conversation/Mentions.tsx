import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/features/session/session';
import { staffQuery } from '@/features/tasks/tasks';
import { Face } from '@/ui/Face';
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
  const [caret, setCaret] = useState(0);
  const [cursor, setCursor] = useState(0);
  const [closed, setClosed] = useState(-1);
  const at = mentionAt(text, caret);
  const { data } = useQuery({ ...staffQuery, enabled: at !== null });
  const wanted = at?.written.toLocaleLowerCase() ?? '';
  const found = at && at.from !== closed ? (data?.items ?? []).filter((s) => s.enabled && s.id !== me.id && s.name.toLocaleLowerCase().includes(wanted) && s.name.toLocaleLowerCase() !== wanted.trim()).slice(0, most) : [];
  const chosen = found[Math.min(cursor, found.length - 1)];

  const take = (name: string) => {
    const element = field.current;
    if (!element || !at) return;
    const end = at.from + name.length + 1;
    write(`${text.slice(0, at.from)}${name} ${text.slice(caret)}`);
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(end, end);
      setCaret(end);
    });
  };
  const keys = useRef<(event: KeyboardEvent) => void>(() => {});
  useEffect(() => {
    keys.current = (event) => {
      if (!chosen || event.ctrlKey || event.metaKey) return;
      const steps: Record<string, () => void> = {
        ArrowDown: () => setCursor((cursor + 1) % found.length),
        ArrowUp: () => setCursor((cursor + found.length - 1) % found.length),
        Enter: () => take(chosen.name),
        Tab: () => take(chosen.name),
        Escape: () => setClosed(at?.from ?? -1),
      };
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      step();
    };
  });
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const look = () => {
      setCaret(element.selectionStart);
      setCursor(0);
    };
    const press = (event: KeyboardEvent) => keys.current(event);
    element.addEventListener('input', look);
    element.addEventListener('click', look);
    // Before the box itself hears of the key: here it chooses a name.
    element.addEventListener('keydown', press, { capture: true });
    return () => {
      element.removeEventListener('input', look);
      element.removeEventListener('click', look);
      element.removeEventListener('keydown', press, { capture: true });
    };
  }, [field]);

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
              take(s.name);
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
