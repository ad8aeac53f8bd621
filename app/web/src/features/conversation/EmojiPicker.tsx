import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { findEmoji, groups, nameOf, type Emoji } from './emoji';
import { recentEmoji } from './recentEmoji';
import css from './Emoji.module.css';

interface Props {
  take: (emoji: string) => void;
  close: () => void;
}

/** Emoji by search in every language of the screens, by group, and those used last. Keys: arrows, Enter, Escape. */
export default function EmojiPicker({ take, close }: Props) {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [recent] = useState(recentEmoji);
  const found = findEmoji(text, i18n.language, text ? 120 : 4000);
  const used: Emoji[] = text ? [] : recent.map((emoji) => ({ group: -1, emoji, name: nameOf(emoji, i18n.language) }));
  const all = [...used, ...found];
  const parts = text ? [{ key: 'found' as const, from: 0, list: found }] : byGroup(used, found);
  useEffect(() => search.current?.focus(), []);

  const buttons = () => [...(box.current?.querySelectorAll<HTMLButtonElement>('[data-emoji]') ?? [])];
  const go = (to: number) => {
    const next = Math.max(0, Math.min(to, all.length - 1));
    setAt(next);
    buttons()[next]?.scrollIntoView({ block: 'nearest' });
  };
  const press = (event: KeyboardEvent) => {
    const steps: Record<string, () => void> = {
      ArrowRight: () => go(at + 1),
      ArrowLeft: () => go(at - 1),
      ArrowDown: () => go(beyond(buttons(), at, 1)),
      ArrowUp: () => go(beyond(buttons(), at, -1)),
      Enter: () => all[at] && take(all[at].emoji),
      Escape: close,
    };
    const step = steps[event.key];
    if (!step || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    step();
  };
  return (
    <div className={css.picker} role="dialog" aria-label={t('emoji.title')}>
      <input
        ref={search}
        className={css.search}
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls="emoji-list"
        aria-activedescendant={all[at] ? `emoji-${at}` : undefined}
        aria-label={t('emoji.search')}
        placeholder={t('emoji.search')}
        value={text}
        maxLength={40}
        onKeyDown={press}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
          box.current?.scrollTo({ top: 0 });
        }}
      />
      <div ref={box} id="emoji-list" role="listbox" aria-label={t('emoji.title')} className={css.groups}>
        {parts.map((p) => (
          <div key={p.key} role="group" aria-label={t(`emoji.group.${p.key}`)}>
            {p.key !== 'found' && <p aria-hidden="true">{t(`emoji.group.${p.key}`)}</p>}
            <div className={css.grid}>
              {p.list.map((e, i) => (
                <button
                  key={e.emoji}
                  id={`emoji-${p.from + i}`}
                  type="button"
                  role="option"
                  tabIndex={-1}
                  data-emoji
                  aria-selected={p.from + i === at}
                  aria-label={e.name}
                  title={e.name}
                  onClick={() => take(e.emoji)}
                >
                  {e.emoji}
                </button>
              ))}
            </div>
          </div>
        ))}
      </div>
      <p className={css.name} role="status">
        {all[at] ? `${all[at].emoji} ${all[at].name}` : t('emoji.none')}
      </p>
    </div>
  );
}

/** The place of what stands above or below, the nearest one; rows are not all full. */
function beyond(list: HTMLButtonElement[], at: number, way: 1 | -1): number {
  const here = list[at]?.getBoundingClientRect();
  if (!here) return at;
  let best = at;
  let least = Infinity;
  for (let i = at + way; list[i] && Math.abs(i - at) < 24; i += way) {
    const there = list[i]!.getBoundingClientRect();
    const rows = Math.abs(there.top - here.top);
    const distance = rows * 100 + Math.abs(there.left - here.left);
    if (rows > 4 && distance < least) [best, least] = [i, distance];
  }
  return best;
}

type GroupKey = `${(typeof groups)[number]}` | 'recent' | 'found';

function byGroup(used: Emoji[], found: Emoji[]) {
  const parts: { key: GroupKey; from: number; list: Emoji[] }[] = [{ key: 'recent', from: 0, list: used }];
  let from = used.length;
  for (const g of groups) {
    const list = found.filter((e) => e.group === g);
    parts.push({ key: `${g}`, from, list });
    from += list.length;
  }
  return parts;
}
