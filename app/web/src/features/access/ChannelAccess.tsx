import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { accessQuery } from './access';
import { AccessTable } from './Table';
import css from './access.module.css';

/** Who may do what on one channel; a section of its page. Only admins see it. */
export function ChannelAccess({ channelId }: { channelId: string }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const { data, error, refetch } = useQuery({ ...accessQuery, enabled: admin });
  if (!admin) return null;
  const channels = data?.channels.filter((c) => c.id === channelId) ?? [];
  return (
    <section className={css.section} aria-labelledby="channel-access">
      <h2 id="channel-access">{t('access.ofChannel')}</h2>
      <p className={css.text}>{t('access.intro')}</p>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <div className={css.skeleton} aria-hidden="true" />}
      {data && channels.length > 0 && <AccessTable matrix={data} channels={channels} alone />}
    </section>
  );
}
