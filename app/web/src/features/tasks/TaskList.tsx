import { ActionIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { later } from '@/app/later';
import { useShell } from '@/app/Shell';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconMenu } from '@/ui/icons';
import { Narrowed } from './Narrowed';
import { EmptyList } from './EmptyList';
import { isFiltered, isNarrowed, queues, shownQueue, type TaskSearch } from './search';
import { Rows } from './Rows';
import { SearchField } from './SearchField';
import { Count } from './Count';
import { countsQuery, type useTasks } from './tasks';
import type { useSelection } from './useSelection';
import { viewsQuery } from './views';
import css from './TaskList.module.css';

const BulkBar = lazy(() => import('./BulkBar').then((m) => ({ default: m.BulkBar })));
const FilterChips = lazy(() => import('./Filters').then((m) => ({ default: m.FilterChips })));
const FilterButton = later(() => import('./Filters').then((m) => m.FilterButton));

interface Props {
  search: TaskSearch;
  list: ReturnType<typeof useTasks>;
  openId?: string;
  cursor?: string;
  searchField: RefObject<HTMLInputElement | null>;
  selection: ReturnType<typeof useSelection>;
}

/** One queue of tasks, the one that was written to last on top. */
export function TaskList({ search, list, openId, cursor, searchField, selection }: Props) {
  const { t } = useTranslation();
  const { openMenu } = useShell();
  const who = search.who ?? 'all';
  const narrowed = isNarrowed(search);
  const { data: counts } = useQuery(countsQuery(search));
  const { data: views } = useQuery({ ...viewsQuery, enabled: search.view !== undefined });
  const title = views?.items.find((v) => v.id === search.view)?.name ?? t(`nav.${who}`);
  const body = useRef<HTMLDivElement>(null);
  const { tasks, error, isPending, refetch } = list;
  return (
    <section className={css.list} aria-labelledby="list-title">
      <header className={css.head}>
        <div className={css.titleLine}>
          <ActionIcon className={css.menu} variant="subtle" color="gray" aria-label={t('app.menu')} onClick={openMenu}>
            <IconMenu size={18} />
          </ActionIcon>
          <h1 id="list-title">{title}</h1>
          <span className={css.tools}>
            <Suspense>
              <FilterButton search={search} />
            </Suspense>
          </span>
        </div>
        <SearchField field={searchField} />
        {selection.chosen.length > 0 && (
          <Suspense>
            <BulkBar chosen={selection.chosen} all={selection.all} clear={selection.clear} />
          </Suspense>
        )}
        <nav className={css.tabs} hidden={selection.chosen.length > 0} aria-label={t('tasks.queues')}>
          {(narrowed ? [undefined, ...queues] : queues).map((queue) => (
            <Link
              key={queue ?? 'all'}
              to="/tasks"
              search={{ ...search, queue: queue === 'new' && !narrowed ? undefined : queue }}
              className={css.tab}
              activeOptions={{ exact: true }} // else the router takes one queue for another
              aria-current={shownQueue(search) === queue ? 'page' : undefined}
            >
              {t(`tasks.queue.${queue ?? 'all'}`)} {(queue === 'new' || queue === 'pending') && <Count of={counts?.[queue]} />}
            </Link>
          ))}
        </nav>
        {narrowed && <Narrowed search={search} />}
        {isFiltered(search) && (
          <Suspense>
            <FilterChips search={search} />
          </Suspense>
        )}
      </header>
      <div className={css.body} ref={body}>
        {error && tasks.length === 0 ? (
          <div className={css.note}>
            <ErrorNote error={error} retry={() => void refetch()} />
          </div>
        ) : isPending ? (
          <Skeleton />
        ) : tasks.length === 0 ? (
          <EmptyList search={search} />
        ) : (
          <Rows list={list} openId={openId} cursor={cursor} selection={selection} showQueue={narrowed} scroller={body} />
        )}
      </div>
    </section>
  );
}

function Skeleton() {
  const { t } = useTranslation();
  return (
    <div className={css.skeleton} role="status">
      <span className="sr">{t('app.loading')}</span>
      {[68, 46, 82, 54, 74].map((width) => (
        <div key={width} aria-hidden="true">
          <span style={{ width: `${width / 2}%` }} />
          <span style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}

