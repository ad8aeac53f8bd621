import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { channelsQuery, titleOf } from '@/features/channels/channels';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconDownload } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { Badge } from '@/ui/Badge';
import { came, figuresQuery, kinds, share, spans, tableOf, wait, ways, type CampaignSearch, type Figures, type Served } from './campaigns';
import { LeadTabs } from './LeadTabs';
import css from './leads.module.css';

const route = getRouteApi('/signed-in/settings/settings/campaigns');

/** How leads are served: how many, how soon somebody took them up, and what became of them. */
export function CampaignsScreen() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: channels } = useQuery(channelsQuery);
  const { data, error, refetch } = useQuery(figuresQuery(search));
  const set = (more: CampaignSearch) => void navigate({ search: (before) => ({ ...before, ...more }), replace: true });
  return (
    <div className={css.screen}>
      <ScreenHead title={t('leads.title')} />
      <div className={css.body}>
        <LeadTabs />
        <p className={css.hint}>{t('leads.served.hint')}</p>
        <p className={css.small}>{t('leads.served.ofMessages')}</p>
        <div className={css.start}>
          <label className={css.pick}>
            {t('leads.served.by')}
            <select value={search.by ?? 'campaign'} onChange={(event) => set({ by: event.currentTarget.value as CampaignSearch['by'] })}>
              {ways.map((w) => (
                <option key={w} value={w}>
                  {t(`leads.served.way.${w}`)}
                </option>
              ))}
            </select>
          </label>
          {search.by !== 'form' && (
            <label className={css.pick}>
              {t('leads.served.kind')}
              <select value={search.kind ?? ''} onChange={(event) => set({ kind: (event.currentTarget.value || undefined) as CampaignSearch['kind'] })}>
                {['' as const, ...kinds].map((k) => (
                  <option key={k} value={k}>
                    {t(`leads.served.kinds.${k || 'all'}`)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label className={css.pick}>
            {t('leads.served.time')}
            <select value={search.days ?? 30} onChange={(event) => set({ days: Number(event.currentTarget.value) as CampaignSearch['days'] })}>
              {spans.map((d) => (
                <option key={d} value={d}>
                  {t('leads.served.days', { count: d })}
                </option>
              ))}
            </select>
          </label>
          {channels && channels.items.length > 1 && (
            <label className={css.pick}>
              {t('leads.channel')}
              <select value={search.channel ?? ''} onChange={(event) => set({ channel: event.currentTarget.value || undefined })}>
                <option value="">{t('leads.served.allChannels')}</option>
                {channels.items.map((c) => (
                  <option key={c.id} value={c.id}>
                    {titleOf(c)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <a className={css.download} href={tableOf(search)} download>
            <IconDownload /> {t('leads.served.csv')}
          </a>
        </div>
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={6} />}
        {data?.items.length === 0 && (
          <div className={css.empty}>
            <h2>{t('leads.served.none')}</h2>
            <p>{t('leads.served.noneHint')}</p>
          </div>
        )}
        {data && data.items.length > 0 && <Table figures={data} />}
        {data?.more && <p className={css.small}>{t('leads.served.more')}</p>}
      </div>
    </div>
  );
}

const columns = ['leads', 'touched', 'hour', 'median', 'outcome'] as const;

function Table({ figures: f }: { figures: Figures }) {
  const { t } = useTranslation();
  const most = Math.max(...f.items.map(came));
  return (
    // The table is wider than a phone: it is moved within its frame, also by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={css.frame} tabIndex={0} role="region" aria-label={t('leads.served.table')}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t(`leads.served.way.${f.by}`)}</th>
            {f.by !== 'form' && <th scope="col">{t('leads.served.kind')}</th>}
            {columns.map((c) => (
              <th key={c} scope="col" title={t(`leads.served.about.${c}`)}>
                {t(`leads.served.column.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {f.items.map((s) => (
            <Row key={`${s.kind}:${s.of}:${s.id}`} served={s} by={f.by} most={most} name={s.name || s.id || t('leads.served.unknown')} />
          ))}
        </tbody>
        <tfoot>
          <Row served={f.all} by={f.by} most={came(f.all)} name={t('leads.served.all')} />
        </tfoot>
      </table>
    </div>
  );
}

function Row({ served: s, by, most, name }: { served: Served; by: Figures['by']; most: number; name: string }) {
  const { t } = useTranslation();
  const all = came(s);
  return (
    <tr>
      <th scope="row">
        {name}
        {s.of === 'ad' && by !== 'ad' && <small>{t('leads.served.byAd')}</small>}
      </th>
      {by !== 'form' && <td>{s.kind && <Badge tone={s.kind === 'message' ? 'accent' : undefined}>{t(`leads.served.is.${s.kind}`)}</Badge>}</td>}
      <td>
        <span className={css.count}>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width={(all / most) * 100} height="8" rx="1" />
          </svg>
          {all}
        </span>
      </td>
      <td>
        {s.touched} <small>{share(s.touched, all)}</small>
      </td>
      <td>
        {s.within_hour} <small>{share(s.within_hour, all)}</small>
      </td>
      <td>{wait(s.median_seconds)}</td>
      <td>
        <small>{t('leads.served.outcome', { resolved: s.resolved, pending: s.pending, fresh: s.new })}</small>
      </td>
    </tr>
  );
}
