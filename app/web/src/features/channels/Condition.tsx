import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { accountQuery } from '@/features/account/account';
import { fullTime, nearTime, span } from '@/i18n/format';
import { IconAlert, IconCheck, IconInfo } from '@/ui/icons';
import { completenessQuery, type Channel } from './channels';
import css from './ChannelScreen.module.css';

/** How a channel is: when it was last heard of, what was found, and how much of the platform's limits is used. */
export function Condition({ channel: c, admin }: { channel: Channel; admin: boolean }) {
  const { t } = useTranslation();
  const findings = c.health.findings.filter((f) => c.state !== 'reconnect' || f.code !== c.reason?.code);
  return (
    <section className={css.card} aria-labelledby="channel-condition">
      <h2 id="channel-condition">{t('channel.condition.title')}</h2>
      <dl className={css.facts}>
        <Fact name={t('channel.condition.lastEvent')}>
          {c.health.last_event_at ? <Ago time={c.health.last_event_at} /> : <NoEvent channel={c} />}
        </Fact>
        <Fact name={t('channel.condition.checked')}>
          {c.health.checked_at ? <Ago time={c.health.checked_at} /> : t('channel.condition.notChecked')}
        </Fact>
        {admin && <Completeness channel={c} />}
        <Fact name={t('channel.condition.limits')}>
          {c.usage ? (
            <span className={css.usage}>
              <meter min={0} max={100} low={60} high={85} optimum={10} value={Math.min(100, c.usage.percent)} aria-label={t('channel.condition.limits')} />
              {t('channel.condition.used', { percent: c.usage.percent })}
            </span>
          ) : (
            t('channel.condition.unused')
          )}
        </Fact>
      </dl>
      {findings.length > 0 && (
        <ul className={css.findings}>
          {findings.map((f) => (
            <li key={f.code + f.text} data-level={f.level} data-code={f.code}>
              {f.code === 'channel.healthy' ? <IconCheck /> : f.level === 'info' ? <IconInfo /> : <IconAlert />}
              <span>
                {f.text}
                {f.link && (
                  <>
                    {' '}
                    <a href={f.link} target="_blank" rel="noopener noreferrer">
                      {t('channel.condition.mend')}
                    </a>
                  </>
                )}
                {typeof f.params?.message === 'string' && f.params.message !== '' && f.level === 'error' && (
                  <small>{t('channel.condition.said', { words: f.params.message })}</small>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A time as people tell it, with all of it to be seen when one points at it. */
function Ago({ time }: { time: string }) {
  const { t } = useTranslation();
  const ago = serverNow() - Date.parse(time);
  return (
    <time dateTime={time} title={fullTime(time)}>
      {ago < 60_000 ? t('channel.condition.now') : ago < 86_400_000 ? t('channel.condition.ago', { span: span(ago) }) : nearTime(time)}
    </time>
  );
}

/** That nothing is known to have come in: where events are kept for some days only, it may have been longer ago. */
function NoEvent({ channel: c }: { channel: Channel }) {
  const { t } = useTranslation();
  const days = useQuery(accountQuery).data?.keep_events_days ?? 0;
  const older = days > 0 && serverNow() - Date.parse(c.created_at) > days * 86_400_000;
  return older ? t('channel.condition.noEventFor', { count: days }) : t('channel.condition.noEvent');
}

const shownDays = 7;

/** How much of what was said came by itself, by comparison with the platform: what it missed was fetched. */
function Completeness({ channel: c }: { channel: Channel }) {
  const { t } = useTranslation();
  const { data } = useQuery(completenessQuery(c.id));
  const days = data?.days.slice(0, shownDays) ?? [];
  const received = days.reduce((sum, d) => sum + d.received, 0);
  const recovered = days.reduce((sum, d) => sum + d.recovered, 0);
  return (
    <Fact name={t('channel.condition.complete')}>
      {received + recovered === 0 ? t('channel.condition.nothingYet') : t('channel.condition.completeWords', { received, count: recovered })}
    </Fact>
  );
}
