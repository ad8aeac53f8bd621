import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { channelsQuery, useKindNames, type Channel } from '@/features/channels/channels';
import { fullTime, list } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconAlert, IconCheck, IconInfo, IconRefresh } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { TrustScreen, useMayLook } from './parts';
import { healthQuery, useCheckChannels, useCheckInstallation, useReconnect, type Health } from './trust';
import css from './trust.module.css';

const grave = { error: 0, warning: 1, info: 2, ok: 3 } as const;
type Level = keyof typeof grave;

/** What the installation stands on and every channel: what is well, what is not, and what to do. */
export function HealthScreen() {
  const { t } = useTranslation();
  const may = useMayLook();
  const health = useQuery({ ...healthQuery, enabled: may });
  const channels = useQuery(channelsQuery);
  const installation = useCheckInstallation();
  const every = useCheckChannels();
  const failed = useFailureToast();
  const live = (channels.data?.items ?? []).filter((c) => c.state !== 'off');
  const checkAll = () => {
    installation.mutate(undefined, { onError: failed });
    every.mutate(
      live.map((c) => c.id),
      { onError: failed, onSuccess: () => toast(t('trust.health.checked')) },
    );
  };
  const error = health.error ?? channels.error;
  return (
    <TrustScreen
      title={t('settings.health')}
      hint={t('trust.health.hint')}
      actions={
        <Button size="xs" leftSection={<IconRefresh size={14} />} loading={installation.isPending || every.isPending} onClick={checkAll}>
          {t('trust.health.checkAll')}
        </Button>
      }
    >
      {error && <ErrorNote error={error} retry={() => void Promise.all([health.refetch(), channels.refetch()])} />}
      {health.data && channels.data ? (
        <>
          <Verdict health={health.data} channels={channels.data.items} />
          <Installation health={health.data} />
          {channels.data.items.map((c) => (
            <ChannelHealth key={c.id} channel={c} />
          ))}
        </>
      ) : (
        !error && (
          <div role="status">
            <span className="sr">{t('trust.health.looking')}</span>
            <p className={css.quiet}>{t('trust.health.looking')}</p>
            <div className={css.skeleton} />
          </div>
        )
      )}
    </TrustScreen>
  );
}

/** The one thing to know first. */
function Verdict({ health, channels }: { health: Health; channels: Channel[] }) {
  const { t } = useTranslation();
  const levels = [...health.findings.map((f) => f.level), ...channels.flatMap(levelsOf)];
  const errors = levels.filter((l) => l === 'error').length;
  const warnings = levels.filter((l) => l === 'warning').length;
  const tone = errors > 0 ? 'bad' : warnings > 0 ? 'warn' : 'good';
  const areas = [...new Set(health.findings.map((f) => f.area))].map((a) => t(`trust.area.${a}`));
  const words = errors > 0 ? t('trust.health.bad', { count: errors }) : warnings > 0 ? t('trust.health.soon', { count: warnings }) : t('trust.health.well');
  return (
    <section className={css.box} data-tone={tone} aria-label={words}>
      <div className={css.verdict} role="status">
        {tone === 'good' ? <IconCheck size={20} /> : <IconAlert size={20} />}
        <div>
          <strong>{words}</strong>
          <p>{t('trust.health.looked', { what: list([...areas, t('trust.health.channels', { count: channels.length })]) })}</p>
        </div>
      </div>
    </section>
  );
}

function levelsOf(c: Channel): Level[] {
  const own: Level[] = c.reason ? ['error'] : [];
  return [...own, ...c.health.findings.map((f) => f.level)];
}

function Installation({ health }: { health: Health }) {
  const { t } = useTranslation();
  const sorted = health.findings.toSorted((a, b) => grave[a.level] - grave[b.level]);
  return (
    <section className={css.box} aria-labelledby="health-installation">
      <div className={css.head}>
        <h2 id="health-installation">{t('trust.health.installation')}</h2>
        <span className={css.quiet}>{t('trust.checkedAt', { time: fullTime(health.checked_at) })}</span>
      </div>
      <ul className={css.findings}>
        {sorted.map((f) => (
          <Finding key={f.code + f.text} level={f.level} what={t(`trust.area.${f.area}`)} text={f.text} link={f.link}>
            {f.code === 'doctor.events_failed' && (
              <Button size="compact-xs" variant="default" component={Link} to="/settings/events" search={{ state: 'failed', since: 'all' } as never}>
                {t('trust.health.lookAtThem')}
              </Button>
            )}
          </Finding>
        ))}
      </ul>
    </section>
  );
}

interface FindingProps {
  level: Level;
  what: string;
  text: string;
  link?: string;
  children?: React.ReactNode;
}

function Finding({ level, what, text, link, children }: FindingProps) {
  const { t } = useTranslation();
  const outside = link?.startsWith('https://');
  return (
    <li className={css.finding} data-level={level}>
      {level === 'ok' ? <IconCheck /> : level === 'info' ? <IconInfo /> : <IconAlert />}
      <strong>
        {what}
        <span className="sr">: {t(`trust.level.${level}`)}</span>
      </strong>
      <p>{text}</p>
      <span className={css.steps}>
        {children}
        {outside && (
          <Button size="compact-xs" variant="default" component="a" href={link} target="_blank" rel="noopener noreferrer">
            {t('trust.health.openThere')}
          </Button>
        )}
      </span>
    </li>
  );
}

/** A channel's condition, with the ways to mend it. */
function ChannelHealth({ channel: c }: { channel: Channel }) {
  const { t } = useTranslation();
  const kinds = useKindNames();
  const failed = useFailureToast();
  const check = useCheckChannels();
  const reconnect = useReconnect();
  const title = c.display_name || c.name;
  const broken = c.state === 'reconnect';
  const findings = c.health.findings.toSorted((a, b) => grave[a.level] - grave[b.level]);
  return (
    <section className={css.box} aria-label={title}>
      <div className={css.head}>
        <h2>{title}</h2>
        <span className={css.quiet}>
          {kinds(c.kind)}
          {c.health.checked_at && ` · ${t('trust.checkedAt', { time: fullTime(c.health.checked_at) })}`}
        </span>
        <Badge tone={c.state === 'on' ? 'good' : broken ? 'bad' : c.state === 'throttled' ? 'warn' : undefined}>
          {t(`channels.state.${c.state}`)}
        </Badge>
        {broken && (
          <Button size="compact-xs" loading={reconnect.isPending} onClick={() => reconnect.mutate(c.kind, { onError: failed })}>
            {t('trust.health.reconnect')}
          </Button>
        )}
        {c.state !== 'off' && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={check.isPending}
            aria-label={t('trust.health.checkOne', { name: title })}
            onClick={() => check.mutate([c.id], { onError: failed, onSuccess: () => toast(t('channels.checkDone')) })}
          >
            {t('trust.health.mend')}
          </Button>
        )}
      </div>
      <ul className={css.findings}>
        {c.state === 'off' && <Finding level="info" what={t('trust.area.connection')} text={t('channels.offHint')} />}
        {c.reason && <Finding level="error" what={t('trust.area.connection')} text={c.reason.text} />}
        {findings
          .filter((f) => f.code !== c.reason?.code)
          .map((f) => (
            <Finding
              key={f.code + f.text}
              level={f.code === 'channel.healthy' ? 'ok' : f.level}
              what={t(`trust.area.${f.area}`)}
              text={f.text}
              link={f.link}
            >
              {f.level !== 'info' && f.area !== 'connection' && f.area !== 'limits' && (
                <Button size="compact-xs" variant="default" component={Link} to="/channels">
                  {t('trust.health.toChannel')}
                </Button>
              )}
            </Finding>
          ))}
        {!c.reason && findings.length === 0 && c.state !== 'off' && (
          <Finding level="info" what={t('trust.area.connection')} text={t('trust.health.notYet')} />
        )}
      </ul>
      {c.state !== 'off' && <p className={css.quiet}>{t('trust.health.mendHint')}</p>}
    </section>
  );
}
