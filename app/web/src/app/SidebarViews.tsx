import { Suspense, useEffect, useRef, useState, type HTMLAttributes, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskView } from '@/api/types';
import type { TaskSearch } from '@/features/tasks/search';
import { searchOf, useOrderViews } from '@/features/tasks/views';
import { IconStar } from '@/ui/icons';
import { later } from './later';
import { ViewLink } from './ViewLink';
import css from './SidebarViews.module.css';

const ViewMoves = later(() => import('./ViewMoves').then((m) => m.ViewMoves));

/** The saved views, which everybody arranges for themselves: by dragging, by Alt and an arrow, or by a menu. */
export function SidebarViews({ views, count }: { views: TaskView[]; count: (search: TaskSearch) => number | undefined }) {
  const { t } = useTranslation();
  const order = useOrderViews();
  const list = useRef<HTMLUListElement>(null);
  const moving = useRef('');
  const [dragged, setDragged] = useState(-1);
  const [over, setOver] = useState(-1);
  const [said, setSaid] = useState('');
  useEffect(() => {
    // An element that is put elsewhere in the page loses the focus on the way.
    if (!moving.current) return;
    if (document.activeElement === document.body) list.current?.querySelector<HTMLElement>(`[data-view="${moving.current}"] a`)?.focus();
    moving.current = '';
  }, [views]);

  const go = (id: string, place: (from: number) => number) => {
    const now = order.now();
    const from = now.findIndex((v) => v.id === id);
    const to = place(from);
    const view = now[from];
    if (!view || from === to || to < 0 || to >= now.length) return;
    order.arrange(now.map((v) => v.id).toSpliced(from, 1).toSpliced(to, 0, id));
    setSaid(t('views.moved', { name: view.name, place: to + 1, count: now.length }));
  };
  const press = (event: KeyboardEvent, id: string) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    moving.current = id;
    go(id, (from) => from + step);
  };
  const drop = () => {
    setDragged(-1);
    setOver(-1);
  };
  const several = views.length > 1;
  const handle = (index: number): HTMLAttributes<HTMLAnchorElement> => ({
    draggable: true,
    'aria-keyshortcuts': 'Alt+ArrowUp Alt+ArrowDown',
    onKeyDown: (event) => press(event, views[index]!.id),
    onDragStart: (event) => {
      event.dataTransfer.effectAllowed = 'move';
      setDragged(index);
    },
    onDragOver: (event) => {
      if (dragged < 0) return;
      event.preventDefault();
      setOver(index);
    },
    onDrop: (event) => {
      event.preventDefault();
      const moved = views[dragged];
      if (moved) go(moved.id, () => index);
      drop();
    },
    onDragEnd: drop,
  });
  return (
    <>
      <ul ref={list} aria-label={t('nav.views')}>
        {views.map((view, index) => (
          <li
            key={view.id}
            className={css.view}
            data-view={view.id}
            data-dragged={index === dragged || undefined}
            data-over={(dragged >= 0 && index === over && over !== dragged && (over < dragged ? 'before' : 'after')) || undefined}
          >
            <ViewLink
              search={searchOf(view)}
              icon={<IconStar />}
              words={view.name}
              count={count(searchOf(view))}
              more={several ? handle(index) : { draggable: false }}
            />
            {several && (
              <Suspense>
                <ViewMoves
                  name={view.name}
                  up={index > 0 ? () => go(view.id, (from) => from - 1) : undefined}
                  down={index < views.length - 1 ? () => go(view.id, (from) => from + 1) : undefined}
                />
              </Suspense>
            )}
          </li>
        ))}
      </ul>
      <p className="sr" role="status">
        {said}
      </p>
    </>
  );
}
