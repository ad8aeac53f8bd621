import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayReport } from '@/features/access/supervised';
import { useMe } from '@/features/session/session';
import { channelsQuery, needsAttention } from '@/features/channels/channels';
import { Count } from '@/features/tasks/Count';
import { isFiltered, type TaskSearch, type Who } from '@/features/tasks/search';
import { useTallies } from '@/features/tasks/tallies';
import { teamsQuery } from '@/features/tasks/tasks';
import { viewsQuery } from '@/features/tasks/views';
import { IconBolt, IconChart, IconGear, IconInbox, IconKeyboard, IconUser, IconUserOff, IconUsers } from '@/ui/icons';
import { Mark } from '@/ui/Mark';
import { later } from './later';
import { useShell } from './Shell';
import { SidebarViews } from './SidebarViews';
import { ViewLink } from './ViewLink';
import css from './Sidebar.module.css';

const Bell = later(() => import('@/features/notifications/Bell').then((m) => m.Bell));
const UserMenu = later(() => import('@/features/session/UserMenu').then((m) => m.UserMenu));

/** The way to every screen. */
export function Sidebar() {
  const { t } = useTranslation();
  const me = useMe();
  const { openHelp } = useShell();
  const tallies = useTallies();
  const { data: views } = useQuery(viewsQuery);
  const { data: teams } = useQuery(teamsQuery);
  const mine = teams?.items.filter((team) => team.member_ids.includes(me.id)) ?? [];
  const reports = useMayReport();
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
          <TaskLink who="all" icon={<IconInbox />} words={t('nav.all')} count={tallies.of({})} />
        </li>
        <li>
          <TaskLink who="mine" icon={<IconUser />} words={t('nav.mine')} count={tallies.of({ who: 'mine' })} />
        </li>
        <li>
          <TaskLink who="unassigned" icon={<IconUserOff />} words={t('nav.unassigned')} count={tallies.of({ who: 'unassigned' })} />
        </li>
        {mine.map((team) => (
          <li key={team.id}>
            <ViewLink search={{ team: team.id }} icon={<IconUsers />} words={team.name} count={tallies.of({ team: team.id })} />
          </li>
        ))}
        {(views?.items.length ?? 0) > 0 && (
          <li className={css.gap}>
            <div className={css.heading}>{t('nav.views')}</div>
            <SidebarViews views={views!.items} count={tallies.of} />
          </li>
        )}
        <li className={css.gap}>
          <Link to="/contacts" search={{}} className={css.link} activeOptions={{ includeSearch: false }} activeProps={{ 'data-active': true }}>
            <IconUser />
            <span>{t('contacts.title')}</span>
          </Link>
        </li>
        <li>
          <Link to="/replies" className={css.link} activeProps={{ 'data-active': true }}>
            <IconBolt />
            <span>{t('replies.title')}</span>
          </Link>
        </li>
        {reports && (
          <li>
            <Link to="/reports" search={{}} className={css.link} activeOptions={{ includeSearch: false }} activeProps={{ 'data-active': true }}>
              <IconChart />
              <span>{t('reports.title')}</span>
            </Link>
          </li>
        )}
        <li>
          <SettingsLink />
        </li>
      </ul>
      <div className={css.foot}>
        <div className={css.bell}>
          <Suspense>
            <Bell className={css.link} />
          </Suspense>
        </div>
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

/** The way to the settings, with the number of channels that need somebody. */
function SettingsLink() {
  const { t } = useTranslation();
  const { data: channels } = useQuery(channelsQuery);
  const ill = channels?.items.filter(needsAttention).length ?? 0;
  const active = useRouterState({ select: ({ matches }) => matches.some((m) => m.routeId === '/signed-in/settings') });
  return (
    <Link to={ill > 0 ? '/channels' : '/settings'} className={css.link} activeProps={{}} data-active={active || undefined}>
      <IconGear />
      <span>{t('settings.title')}</span>
      {ill > 0 && (
        <span className={css.ill}>
          {ill}
          <span className="sr">{t('nav.ill', { count: ill })}</span>
        </span>
      )}
    </Link>
  );
}

function TaskLink({ who, icon, words, count }: { who: Who; icon: ReactNode; words: string; count?: number }) {
  const active = useRouterState({
    select: ({ location }) =>
      location.pathname.startsWith('/tasks') && (location.search as TaskSearch).who === (who === 'all' ? undefined : who) &&
      !isFiltered(location.search as TaskSearch),
  });
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
      <Count of={count} />
    </Link>
  );
}
