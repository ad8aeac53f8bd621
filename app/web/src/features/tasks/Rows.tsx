import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { drawn, moved } from './rows';
import { TaskRow } from './TaskRow';
import type { useTasks } from './tasks';
import type { useSelection } from './useSelection';
import css from './TaskList.module.css';

/** How far from the end of what is loaded the next page is asked for. */
const ahead = 25;
/** A row's height: the one in TaskRow.module.css. */
const rowRem = 4.625;

interface Props {
  list: ReturnType<typeof useTasks>;
  openId?: string;
  cursor?: string;
  selection: ReturnType<typeof useSelection>;
  showQueue: boolean;
  scroller: RefObject<HTMLElement | null>;
}

/** The rows of the list. Only those near what is seen are drawn, so that ten thousand are no slower than fifty. */
export function Rows({ list, openId, cursor, selection, showQueue, scroller }: Props) {
  const { t } = useTranslation();
  const { tasks, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const rowHeight = useRowHeight();
  const kept = [tasks.findIndex((x) => x.id === cursor), tasks.findIndex((x) => x.id === openId)];
  // oxlint-disable-next-line react/incompatible-library -- nothing of it goes to a memoized component
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => tasks[index]!.id,
    overscan: 8,
    // The row with the keyboard's focus stays, else the focus would be lost by scrolling.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => drawn(startIndex - overscan, endIndex + overscan, count, kept),
    useFlushSync: false,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  useSamePlace(tasks, rowHeight, scroller);

  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && last >= tasks.length - ahead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, last, tasks.length, fetchNextPage]);

  return (
    <>
      <ul className={css.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const task = tasks[index]!;
          return (
            <TaskRow
              key={key}
              task={task}
              open={task.id === openId}
              cursor={task.id === cursor}
              chosen={selection.has(task.id)}
              showQueue={showQueue}
              top={start}
              place={index + 1}
              of={hasNextPage ? -1 : tasks.length}
            />
          );
        })}
      </ul>
      {hasNextPage && (
        <button type="button" className={css.more} onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          {isFetchingNextPage ? t('app.loading') : t('tasks.more')}
        </button>
      )}
    </>
  );
}

/** In pixels, for people who have their letters larger. */
function useRowHeight(): number {
  return Math.round(rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
}

/** Keeps what is looked at where it is when rows above it come or go. At the top, the newest are what is looked at. */
function useSamePlace(tasks: { id: string }[], rowHeight: number, scroller: RefObject<HTMLElement | null>) {
  const before = useRef(tasks);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = tasks;
    const view = scroller.current;
    if (!view || old === tasks || view.scrollTop < rowHeight) return;
    const first = Math.floor(view.scrollTop / rowHeight);
    const by = moved(old, tasks, first, first + Math.ceil(view.clientHeight / rowHeight));
    if (by !== 0) view.scrollBy({ top: by * rowHeight, behavior: 'instant' });
  }, [tasks, rowHeight, scroller]);
}
