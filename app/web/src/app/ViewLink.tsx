import { Link, useRouterState } from '@tanstack/react-router';
import type { HTMLAttributes, ReactNode } from 'react';
import { Count } from '@/features/tasks/Count';
import type { TaskSearch } from '@/features/tasks/search';
import css from './Sidebar.module.css';

interface Props {
  search: TaskSearch;
  icon: ReactNode;
  words: string;
  count?: number;
  /** What can be done with it besides going there. */
  more?: HTMLAttributes<HTMLAnchorElement>;
}

/** A way to a list that a team or a saved view makes. */
export function ViewLink({ search, icon, words, count, more }: Props) {
  const active = useRouterState({
    select: ({ location }) => {
      const now = location.search as TaskSearch;
      return location.pathname.startsWith('/tasks') && (search.view ? now.view === search.view : now.team === search.team && !now.view);
    },
  });
  return (
    <Link
      to="/tasks"
      search={search}
      className={css.link}
      activeOptions={{ exact: true }}
      activeProps={{}}
      data-active={active || undefined}
      aria-current={active ? 'page' : undefined}
      title={words}
      {...more}
    >
      {icon}
      <span>{words}</span>
      <Count of={count} />
    </Link>
  );
}
