import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { useSupervised } from '@/features/access/supervised';
import { accountQuery } from '@/features/account/account';
import { isAlways } from '@/features/hours/hours';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconChart, IconDownload, IconLock } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { Groups } from './Groups';
import { Pictures } from './Pictures';
import { reportQuery, spans, tableAddress, type Report, type ReportSearch } from './reports';
import { Tiles } from './Tiles';
import css from './Reports.module.css';

/** What was done in a time: pictures first, the figures below. */
export function ReportsScreen() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/signed-in/reports' });
  const supervised = useSupervised();
  const admin = isAdmin(useMe());
  // Of a channel that somebody does not supervise there is a report of nothing, which would be misread.
  const may = admin || (supervised && supervised.some((c) => !search.channel || c.id === search.channel));
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...reportQuery(search), enabled: may === true });
  const nothing = data && data.total.created + data.total.resolved + data.total.open === 0;
  if (may === false) {
    return (
      <div className={css.screen}>
        <ScreenHead title={t('reports.title')} />
        <div className={css.body}>
          <div className={css.empty}>
            <IconLock size={28} />
            <h2>{t('reports.onlySupervisors')}</h2>
            <p>{t('reports.onlySupervisorsHint')}</p>
          </div>
        </div>
      </div>
    );
  }
  return (
    <div className={css.screen}>
      <ScreenHead title={t('reports.title')}>
        <Button component="a" href={tableAddress(search)} download size="xs" variant="default" leftSection={<IconDownload size={14} />}>
          {t('reports.export')}
        </Button>
      </ScreenHead>
      <Choices search={search} report={data} />
      <div className={css.body} aria-busy={isPlaceholderData}>
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={8} />}
        {nothing && (
          <div className={css.empty}>
            <IconChart size={28} />
            <h2>{t('reports.empty')}</h2>
            <p>{t('reports.emptyHint')}</p>
          </div>
        )}
        {data && !nothing && (
          <>
            <Tiles report={data} />
            <Pictures report={data} />
            <Groups report={data} search={search} />
            <p className={css.note}>{t('reports.note', { zone: data.time_zone })}</p>
            {search.working && <p className={css.note}>{t('reports.workingHint')}</p>}
          </>
        )}
      </div>
    </div>
  );
}

function Choices({ search, report }: { search: ReportSearch; report?: Report }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const channels = useSupervised();
  const { data: account } = useQuery(accountQuery);
  const { from, to } = { from: search.from ?? report?.from ?? '', to: search.to ?? report?.to ?? '' };
  const go = (change: Partial<ReportSearch>) => void navigate({ to: '/reports', search: { ...search, ...change } });
  const days = (first: string, last: string) => first && last && go({ days: undefined, from: first, to: last });
  return (
    <div className={css.choices}>
      <div className={css.spans} role="group" aria-label={t('reports.period')}>
        {spans.map((n) => (
          <button
            key={n}
            type="button"
            aria-pressed={!search.from && (search.days ?? 30) === n}
            onClick={() => go({ days: n === 30 ? undefined : n, from: undefined, to: undefined })}
          >
            {t('reports.days', { count: n })}
          </button>
        ))}
      </div>
      <label>
        {t('reports.from')}
        <input type="date" value={from} max={to} onChange={(event) => days(event.currentTarget.value, to)} />
      </label>
      <label>
        {t('reports.to')}
        <input type="date" value={to} min={from} onChange={(event) => days(from, event.currentTarget.value)} />
      </label>
      {(channels?.length ?? 0) > 1 && (
        <select aria-label={t('reports.channel')} value={search.channel ?? ''} onChange={(event) => go({ channel: event.currentTarget.value || undefined })}>
          <option value="">{t('reports.allChannels')}</option>
          {channels?.map((c) => (
            <option key={c.id} value={c.id}>
              {c.display_name || c.name}
            </option>
          ))}
        </select>
      )}
      {(search.working || (account && !isAlways(account.working_hours))) && (
        <label>
          <input type="checkbox" checked={search.working ?? false} onChange={(event) => go({ working: event.currentTarget.checked || undefined })} />
          {t('reports.working')}
        </label>
      )}
    </div>
  );
}
