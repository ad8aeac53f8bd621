import { Button, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fullTime, nearTime } from '@/i18n/format';
import { IconAlert, IconInfo, IconRefresh } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { channelQuery, useChannelSteps, useKindNames, type Channel } from './channels';
import css from './ChannelCard.module.css';

/** One channel: what it is, how it is, and its switch. */
export function ChannelCard({ channel, admin }: { channel: Channel; admin: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const kinds = useKindNames();
  const { data: whole } = useQuery(channelQuery(channel.id));
  const { change, check } = useChannelSteps(channel.id);
  const c = channel;
  const title = c.display_name || c.name;
  return (
    <article className={css.card} aria-label={title}>
      <header className={css.head}>
        <div className={css.names}>
          <h2>{title}</h2>
          <p>
            {kinds(c.kind)} · <span className="tabular">{c.external_id}</span>
          </p>
        </div>
        <span className={css.state} data-state={c.state}>
          {t(`channels.state.${c.state}`)}
        </span>
        <Switch
          checked={change.isPending ? change.variables.enabled : c.enabled}
          disabled={!admin || change.isPending}
          onChange={(event) =>
            change.mutate({ enabled: event.currentTarget.checked }, { onError: failed })
          }
          aria-label={t('channels.switch', { name: title })}
        />
      </header>
      {c.state === 'off' && <p className={css.note}>{c.enabled ? t('channels.offElsewhere') : t('channels.offHint')}</p>}
      {c.state === 'throttled' && c.paused_until && (
        <p className={css.note}>{t('channels.throttledHint', { time: nearTime(c.paused_until) })}</p>
      )}
      {c.reason && (
        <p className={css.finding} data-level="error">
          <IconAlert />
          {c.reason.text}
        </p>
      )}
      <ul className={css.findings}>
        {c.health.findings.map((f) => (
          <li key={f.code + f.text} className={css.finding} data-level={f.level}>
            {f.level === 'info' ? <IconInfo /> : <IconAlert />}
            {f.text}
          </li>
        ))}
      </ul>
      {whole?.held ? <Held channel={c} count={whole.held} admin={admin} /> : null}
      <footer className={css.foot}>
        <span>
          {c.health.checked_at
            ? t('channels.checked', { time: fullTime(c.health.checked_at) })
            : t('channels.connected', { time: fullTime(c.created_at) })}
        </span>
        {admin && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconRefresh size={14} />}
            loading={check.isPending}
            onClick={() => check.mutate(undefined, { onError: failed, onSuccess: () => toast(t('channels.checkDone')) })}
          >
            {t('channels.check')}
          </Button>
        )}
      </footer>
    </article>
  );
}

/** What came in while the channel was off, and what is to become of it. */
function Held({ channel: c, count, admin }: { channel: Channel; count: number; admin: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { importHeld, declineHeld } = useChannelSteps(c.id);
  const busy = importHeld.isPending || declineHeld.isPending;
  return (
    <div className={css.held}>
      <p>{t('channels.held', { count })}</p>
      {admin && c.state !== 'off' && (
        <div className={css.steps}>
          <Button
            size="compact-sm"
            loading={busy}
            onClick={() => importHeld.mutate(undefined, { onError: failed, onSuccess: (n) => toast(t('channels.imported', { count: n })) })}
          >
            {t('channels.import')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            loading={busy}
            onClick={() => declineHeld.mutate(undefined, { onError: failed, onSuccess: (n) => toast(t('channels.declined', { count: n })) })}
          >
            {t('channels.decline')}
          </Button>
        </div>
      )}
      {c.state === 'off' && <p className={css.later}>{t('channels.heldLater')}</p>}
    </div>
  );
}
