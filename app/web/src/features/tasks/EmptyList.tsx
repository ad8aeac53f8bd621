import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { channelsQuery, installationQuery } from '@/features/channels/channels';
import { isAdmin, useMe } from '@/features/session/session';
import { IconDone, IconInbox, IconPhone, IconPlug, IconSearch } from '@/ui/icons';
import { isFiltered, isNarrowed, shownQueue, type TaskSearch } from './search';
import css from './EmptyList.module.css';

/** An empty queue says what belongs here, and how something gets here. */
export function EmptyList({ search }: { search: TaskSearch }) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: installation } = useQuery(installationQuery);
  const { data: channels } = useQuery(channelsQuery);
  const queue = shownQueue(search) ?? 'all';
  const who = search.who ?? 'all';
  const narrowed = isNarrowed(search);
  const phone = installation?.phone_url;
  if (channels?.items.length === 0) {
    return (
      <div className={css.empty}>
        <IconPlug size={28} />
        <h2>{t('tasks.empty.noChannel')}</h2>
        <p>{isAdmin(me) ? t('tasks.empty.connectHint') : t('tasks.empty.askAdmin')}</p>
        {isAdmin(me) && (
          <Button component={Link} to="/channels" size="xs">
            {t('tasks.empty.connect')}
          </Button>
        )}
      </div>
    );
  }
  if (isFiltered(search)) {
    return (
      <div className={css.empty}>
        <IconSearch size={28} />
        <h2>{t('tasks.empty.filtered')}</h2>
        <p>{t('tasks.empty.filteredHint')}</p>
        <Link to="/tasks" search={{ who: search.who, queue: search.queue }}>
          {t('tasks.empty.noFilter')}
        </Link>
      </div>
    );
  }
  if (queue === 'new' && who === 'all' && !narrowed && phone) {
    return (
      <div className={css.empty}>
        <IconPhone size={28} />
        <h2>{t('tasks.empty.sandbox')}</h2>
        <p>{t('tasks.empty.sandboxHint')}</p>
        <Button component="a" href={phone} target="_blank" rel="noreferrer" size="xs">
          {t('tasks.empty.phone')}
        </Button>
      </div>
    );
  }
  if (narrowed || queue === 'all') {
    return (
      <div className={css.empty}>
        <IconSearch size={28} />
        <h2>{t('tasks.empty.found')}</h2>
        <p>{search.q ? t('tasks.empty.foundHint') : t('tasks.empty.contact')}</p>
      </div>
    );
  }
  return (
    <div className={css.empty}>
      {queue === 'new' ? <IconDone size={28} /> : <IconInbox size={28} />}
      <h2>{who === 'mine' && queue === 'new' ? t('tasks.empty.mine') : t(`tasks.empty.${queue}`)}</h2>
      <p>{t(`tasks.empty.${queue}Hint`)}</p>
    </div>
  );
}
