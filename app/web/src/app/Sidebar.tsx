import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isAdmin, useMe } from '@/features/session/session';
import { channelsQuery, needsAttention } from '@/features/channels/channels';
import { Count } from '@/features/tasks/Count';
import { isFiltered, type TaskSearch, type Who } from '@/features/tasks/search';
import { countsQuery, teamsQuery } from '@/features/tasks/tasks';
import { searchOf, viewsQuery } from '@/features/tasks/views';
import { IconBolt, IconInbox, IconKeyboard, IconPlug, IconStar, IconUser, IconUserOff, IconUsers } from '@/ui/icons';
import { Mark } from '@/ui/Mark';
import { useShell } from './Shell';
import css from './Sidebar.module.css';

const Bell = lazy(() => import('@/features/notifications/Bell').then((m) => ({ default: m.Bell })));
const UserMenu = lazy(() => import('@/features/session/UserMenu').then((m) => ({ default: m.UserMenu })));

/** The way to every screen. */
export function Sidebar() {
  const { t } = useTranslation();
  const me = useMe();
  const { openHelp } = useShell();
  const { data: channels } = useQuery(channelsQuery);
  const { data: views } = useQuery(viewsQuery);
  const { data: teams } = useQuery(teamsQuery);
  const mine = teams?.items.filter((team) => team.member_ids.includes(me.id)) ?? [];
  const ill = channels?.items.filter(needsAttention).length ?? 0;
  return (
    <nav className={css.sidebar} aria-label={t('app.navigation')}>
      <div className={css.brand}>
        <Mark size={26} />
        <div className={css.names}>
          <strong>{t('app.name')}</strong>
          <span title={me.account.name}>{me.account.name}</span>
        </div>
      </div>
      <ul className={css.list}>
        <li className={css.heading}>{t('nav.tasks')}</li>
        <li>
          <TaskLink who="all" icon={<IconInbox />} words={t('nav.all')} />
        </li>
        <li>
          <TaskLink who="mine" icon={<IconUser />} words={t('nav.mine')} />
        </li>
        <li>
          <TaskLink who="unassigned" icon={<IconUserOff />} words={t('nav.unassigned')} />
        </li>
        {mine.map((team) => (
          <li key={team.id}>
            <ViewLink search={{ team: team.id }} icon={<IconUsers />} words={team.name} />
          </li>
        ))}
        {(views?.items.length ?? 0) > 0 && <li className={css.heading}>{t('nav.views')}</li>}
        {views?.items.map((view) => (
          <li key={view.id}>
            <ViewLink search={searchOf(view)} icon={<IconStar />} words={view.name} />
          </li>
        ))}
        <li className={css.gap}>
          <Link to="/contacts" search={{}} className={css.link} activeOptions={{ includeSearch: false }} activeProps={{ 'data-active': true }}>
            <IconUser />
            <span>{t('contacts.title')}</span>
          </Link>
        </li>
        <li>
          <Link to="/channels" className={css.link} activeProps={{ 'data-active': true }}>
            <IconPlug />
            <span>{t('nav.channels')}</span>
            {ill > 0 && (
              <span className={css.ill}>
                {ill}
                <span className="sr">{t('nav.ill', { count: ill })}</span>
              </span>
            )}
          </Link>
        </li>
        <li>
          <Link to="/replies" className={css.link} activeProps={{ 'data-active': true }}>
            <IconBolt />
            <span>{t('replies.title')}</span>
          </Link>
        </li>
        {isAdmin(me) && (
          <li>
            <Link to="/settings/people" className={css.link} activeProps={{ 'data-active': true }}>
              <IconUsers />
              <span>{t('people.nav')}</span>
            </Link>
          </li>
        )}
      </ul>
      <div className={css.foot}>
        <Suspense>
          <Bell className={css.link} />
        </Suspense>
        <button type="button" className={css.link} onClick={openHelp}>
          <IconKeyboard />
          <span>{t('nav.help')}</span>
          <kbd className={css.key}>?</kbd>
        </button>
        <div className={css.user}>
          <Suspense>
            <UserMenu />
          </Suspense>
        </div>
      </div>
    </nav>
  );
}

/** A way to a list that a team or a saved view makes. */
function ViewLink({ search, icon, words }: { search: TaskSearch; icon: ReactNode; words: string }) {
  const { data } = useQuery(countsQuery(search));
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
    >
      {icon}
      <span>{words}</span>
      <Count of={data?.new} />
    </Link>
  );
}

function TaskLink({ who, icon, words }: { who: Who; icon: ReactNode; words: string }) {
  const active = useRouterState({
    select: ({ location }) =>
      location.pathname.startsWith('/tasks') && (location.search as TaskSearch).who === (who === 'all' ? undefined : who) &&
      !isFiltered(location.search as TaskSearch),
  });
  const { data } = useQuery(countsQuery({ who: who === 'all' ? undefined : who }));
  return (
    <Link
      to="/tasks"
      search={(before) => ({ queue: (before as TaskSearch).queue, who: who === 'all' ? undefined : who })}
      className={css.link}
      activeOptions={{ exact: true }}
      activeProps={{}}
      data-active={active || undefined}
      aria-current={active ? 'page' : undefined}
    >
      {icon}
      <span>{words}</span>
      <Count of={data?.new} />
    </Link>
  );
}
