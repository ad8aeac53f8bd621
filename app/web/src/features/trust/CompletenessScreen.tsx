import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { channelsQuery, type Channel } from '@/features/channels/channels';
import { serverNow } from '@/api/clock';
import { fullTime, whole } from '@/i18n/format';
import { locale } from '@/i18n';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconAlert, IconCheck, IconColumns } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { Figures } from './Figures';
import { ChooseChannel, Empty, TrustScreen, useMayLook } from './parts';
import { ledgerQuery, type Day } from './trust';
import css from './trust.module.css';

/** How complete what the platforms told us is, by comparison with what they themselves show. */
export function CompletenessScreen() {
  const { t } = useTranslation();
  const { channel } = useSearch({ strict: false }) as { channel?: string };
  const navigate = useNavigate();
  const channels = useQuery(channelsQuery);
  const shown = (channels.data?.items ?? []).filter((c) => !channel || c.id === channel);
  return (
    <TrustScreen title={t('settings.completeness')} hint={t('trust.ledger.hint')}>
      {(channels.data?.items.length ?? 0) > 1 && (
        <div className={css.filters} role="search">
          <ChooseChannel value={channel} set={(id) => void navigate({ to: '/settings/completeness', search: { channel: id } as never, replace: true })} />
        </div>
      )}
      {channels.error && <ErrorNote error={channels.error} retry={() => void channels.refetch()} />}
      {channels.data?.items.length === 0 && <Empty icon={<IconColumns size={28} />} title={t('tasks.empty.noChannel')} hint={t('tasks.empty.connectHint')} />}
      {shown.map((c) => (
        <Ledger key={c.id} channel={c} />
      ))}
    </TrustScreen>
  );
}

function Ledger({ channel: c }: { channel: Channel }) {
  const { t } = useTranslation();
  const may = useMayLook();
  const ledger = useQuery({ ...ledgerQuery(c.id), enabled: may });
  const title = c.display_name || c.name;
  const days = ledger.data?.days ?? [];
  const sum = (of: (d: Day) => number) => days.reduce((n, d) => n + of(d), 0);
  const received = sum((d) => d.received);
  const recovered = sum((d) => d.recovered);
  const lost = sum((d) => d.unread);
  return (
    <section className={css.box} aria-label={title}>
      <div className={css.head}>
        <h2>{title}</h2>
        <span className={css.quiet}>{ledger.data?.until ? t('trust.ledger.until', { time: fullTime(ledger.data.until) }) : ledger.data && t('trust.ledger.notYet')}</span>
      </div>
      {ledger.error && <ErrorNote error={ledger.error} retry={() => void ledger.refetch()} />}
      {ledger.isPending && may && <Skeleton />}
      {ledger.data && days.length === 0 && <p className={css.quiet}>{t('trust.ledger.none')}</p>}
      {days.length > 0 && (
        <>
          <p className={css.verdict}>
            {lost > 0 ? <IconAlert size={18} /> : <IconCheck size={18} />}
            <span>
              {lost > 0 ? t('trust.ledger.lostWords', { count: lost }) : recovered > 0 ? t('trust.ledger.recoveredWords', { count: recovered }) : t('trust.ledger.complete', { count: received })}
            </span>
          </p>
          <Columns days={days} label={t('trust.ledger.picture', { name: title, received, recovered, lost })} />
          <div className={css.legend}>
            <span>
              <i data-tone="good" aria-hidden="true" />
              {t('trust.ledger.received')} <b>{whole(received)}</b>
            </span>
            <span>
              <i data-tone="warn" aria-hidden="true" />
              {t('trust.ledger.recovered')} <b>{whole(recovered)}</b>
            </span>
            <span>
              <i data-tone="bad" aria-hidden="true" />
              {t('trust.ledger.lost')} <b>{whole(lost)}</b>
            </span>
          </div>
          <Figures
            caption={title}
            columns={[t('trust.ledger.day'), t('trust.ledger.received'), t('trust.ledger.recovered'), t('trust.ledger.lost'), t('trust.ledger.share')]}
            rows={days.map((d) => [d.day, d.received, d.recovered, d.unread, d.completeness === null ? '–' : `${Math.floor(d.completeness * 10) / 10} %`])}
          />
        </>
      )}
    </section>
  );
}

const height = 180;
const ground = height - 22;
const oneDay = 86_400_000;

/** The last days as columns, as many as there is room for: what came by itself at the bottom, what had to be fetched and what is lost above it. */
function Columns({ days, label }: { days: Day[]; label: string }) {
  const { t } = useTranslation();
  const { ref, width: room } = useElementSize();
  const width = Math.max(240, room);
  const shownDays = width < 420 ? 14 : 30;
  const by = new Map(days.map((d) => [d.day, d]));
  const newest = Math.max(Date.parse(`${days[0]!.day}T00:00:00Z`), Math.floor(serverNow() / oneDay) * oneDay);
  const row = Array.from({ length: shownDays }, (_, i) => new Date(newest - (shownDays - 1 - i) * oneDay).toISOString().slice(0, 10));
  const top = Math.max(4, ...row.map((day) => total(by.get(day))));
  const step = (width - 40) / shownDays;
  const y = (n: number) => (n / top) * (ground - 12);
  const name = new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return (
    <div ref={ref}>
    <svg className={css.columns} width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line x1="36" x2={width} y1={ground - y(top * part)} y2={ground - y(top * part)} />
          <text x="30" y={ground - y(top * part) + 4} textAnchor="end">
            {Math.round(top * part)}
          </text>
        </g>
      ))}
      {row.map((day, i) => {
        const d = by.get(day);
        const x = 40 + i * step;
        const parts = [
          { tone: 'good', n: d?.received ?? 0 },
          { tone: 'warn', n: d?.recovered ?? 0 },
          { tone: 'bad', n: d?.unread ?? 0 },
        ];
        let at = ground;
        return (
          <g key={day}>
            <rect data-hit x={x} y="0" width={step} height={ground} />
            {parts
              .filter((p) => p.n > 0)
              .map((p) => {
                const tall = Math.max(2, y(p.n));
                at -= tall;
                return <rect key={p.tone} data-tone={p.tone} x={x + 2} y={at} width={step - 4} height={Math.max(1, tall - 1)} rx="2" />;
              })}
            {(shownDays - 1 - i) % 7 === 0 && (
              <text x={x + step} y={height - 6} textAnchor="end">
                {name.format(new Date(`${day}T00:00:00Z`))}
              </text>
            )}
            <title>{`${name.format(new Date(`${day}T00:00:00Z`))}: ${t('trust.ledger.received')} ${d?.received ?? 0}, ${t('trust.ledger.recovered')} ${d?.recovered ?? 0}, ${t('trust.ledger.lost')} ${d?.unread ?? 0}`}</title>
          </g>
        );
      })}
    </svg>
    </div>
  );
}

function total(d: Day | undefined): number {
  return d ? d.received + d.recovered + d.unread : 0;
}
