import { useEffect, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useCaret, useChoosing } from './choosing';
import type { Emoji } from './emoji';
import { colonAt } from './colon';
import { usedEmoji } from './recentEmoji';
import css from './Emoji.module.css';

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  write: (text: string) => void;
}

const most = 6;

/** Emoji by their names, as one writes: `:thu` offers 👍. */
export function EmojiNames({ field, text, write }: Props) {
  const { t, i18n } = useTranslation();
  const { caret, put } = useCaret(field);
  const [closed, setClosed] = useState(-1);
  const [list, setList] = useState<typeof import('./emoji') | null>(null);
  const at = colonAt(text, caret);
  const open = at !== null && at.from !== closed;
  useEffect(() => {
    if (open && !list) import('./emoji').then(setList, () => {}); // without the list there is just the text
  }, [open, list]);
  const found: Emoji[] = open && list ? list.findEmoji(at.written, i18n.language, most) : [];
  const take = ({ emoji }: Emoji) => {
    if (!at) return;
    usedEmoji(emoji);
    write(`${text.slice(0, at.from)}${emoji} ${text.slice(caret)}`);
    put(at.from + emoji.length + 1);
  };
  const chosen = useChoosing(field, found, take, () => setClosed(at?.from ?? -1));
  if (found.length === 0) return null;
  return (
    <ul className={css.names} aria-label={t('emoji.title')}>
      {found.map((e) => (
        <li key={e.emoji}>
          <button
            type="button"
            tabIndex={-1}
            data-cursor={e === chosen || e.emoji === chosen?.emoji || undefined}
            onMouseDown={(event) => {
              event.preventDefault();
              take(e);
            }}
          >
            <span>{e.emoji}</span>
            {e.name}
          </button>
        </li>
      ))}
    </ul>
  );
}
