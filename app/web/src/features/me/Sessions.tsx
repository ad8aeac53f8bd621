import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { nearTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { browserName } from './browserName';
import { sessionsQuery, useSessionSteps, type Session } from './me';
import css from './Me.module.css';

/** Where somebody has signed in, and how to end it. */
export function Sessions() {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const { end, endOthers } = useSessionSteps();
  const sessions = data?.items.toSorted((a, b) => Number(b.current) - Number(a.current));
  return (
    <section className={css.section} aria-labelledby="me-sessions">
      <div className={css.title}>
        <h2 id="me-sessions">{t('session.mine.sessions')}</h2>
        {sessions && sessions.length > 1 && (
          <Button
            size="xs"
            variant="default"
            loading={endOthers.isPending}
            onClick={() => endOthers.mutate(undefined, { onError: failed, onSuccess: () => toast(t('session.mine.othersEnded')) })}
          >
            {t('session.mine.endOthers')}
          </Button>
        )}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      <ul className={css.rows}>
        {sessions?.map((s) => (
          <li key={s.id}>
            <div className={css.what}>
              <SessionName session={s} />
              <p>
                {s.ip} · {s.method === 'sso' ? `${t('session.mine.bySso')} · ` : ''}
                {t('session.mine.lastUse', { time: nearTime(s.last_used_at) })}
              </p>
            </div>
            {s.current ? (
              <Badge tone="good">
                {t('session.mine.thisOne')}
              </Badge>
            ) : (
              <Button
                size="compact-xs"
                variant="subtle"
                loading={end.isPending && end.variables === s.id}
                onClick={() => end.mutate(s.id, { onError: failed, onSuccess: () => toast(t('session.mine.ended')) })}
              >
                {t('session.mine.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function SessionName({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { browser, system } = browserName(session.user_agent);
  if (!browser) return <strong>{t('session.mine.unknownBrowser')}</strong>;
  return <strong title={session.user_agent}>{system ? t('session.mine.browserOn', { browser, system }) : browser}</strong>;
}
