import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconGrip } from './TypePicture';
import css from './Sorter.module.css';

interface Props<T> {
  items: T[];
  name: (item: T) => string;
  label: string;
  /** Called with where it stood and where it shall stand. */
  move: (from: number, to: number) => void;
  /** Draws an item; the handle goes where it is to be gripped. */
  children: (item: T, index: number, handle: ReactNode) => ReactNode;
}

/** A list whose order is changed by dragging, or by the arrow keys on a handle. */
export function Sorter<T>({ items, name, label, move, children }: Props<T>) {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState(-1);
  const [over, setOver] = useState(-1);
  const [said, setSaid] = useState('');
  const focused = useRef(-1);
  useEffect(() => {
    if (focused.current < 0) return;
    list.current?.children[focused.current]?.querySelector<HTMLElement>('[data-handle]')?.focus();
    focused.current = -1;
  });

  const go = (from: number, to: number) => {
    const item = items[from];
    if (!item || from === to || to < 0 || to >= items.length) return;
    move(from, to);
    setSaid(t('templates.moved', { name: name(item), place: to + 1, count: items.length }));
  };
  const press = (event: KeyboardEvent, index: number) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(index, to);
    focused.current = Math.max(0, Math.min(to, items.length - 1));
  };
  const handle = (item: T, index: number) => (
    <button
      type="button"
      data-handle
      className={css.handle}
      draggable
      aria-label={t('templates.move', { name: name(item) })}
      title={t('templates.moveHint')}
      onKeyDown={(event) => press(event, index)}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', String(index));
        setDragged(index);
      }}
      onDragEnd={() => {
        setDragged(-1);
        setOver(-1);
      }}
    >
      <IconGrip />
    </button>
  );
  return (
    <>
      <ol ref={list} className={css.list} aria-label={label}>
        {items.map((item, index) => (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- where things are dropped; the handle has the keys
          <li
            key={index} // oxlint-disable-line react/no-array-index-key -- a thing's key changes while it is written
            data-dragged={index === dragged || undefined}
            data-over={(dragged >= 0 && index === over && (over < dragged ? 'before' : 'after')) || undefined}
            onDragOver={(event) => {
              if (dragged < 0) return;
              event.preventDefault();
              setOver(index);
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged >= 0) go(dragged, index);
            }}
          >
            {children(item, index, handle(item, index))}
          </li>
        ))}
      </ol>
      <p className="sr" role="status">
        {said}
      </p>
    </>
  );
}

/** A list with one of its things somewhere else. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const next = list.filter((_, i) => i !== from);
  next.splice(to, 0, list[from]!);
  return next;
}
