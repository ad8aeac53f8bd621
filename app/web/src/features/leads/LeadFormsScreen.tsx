import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { channelsQuery, titleOf, type Channel } from '@/features/channels/channels';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconAlert, IconCheck, IconRefresh } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { byUrgency, formsQuery, useSync, type LeadForm } from './leads';
import { LeadTabs } from './LeadTabs';
import css from './leads.module.css';

const route = getRouteApi('/signed-in/settings/settings/lead-forms');

/** The forms of ads: which there are, and where somebody has to say what becomes of an answer. */
export function LeadFormsScreen() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(channelsQuery);
  const channels = data?.items ?? [];
  const channel = channels.find((c) => c.id === search.channel) ?? channels[0];
  return (
    <div className={css.screen}>
      <ScreenHead title={t('leads.title')} />
      <div className={css.body}>
        <LeadTabs />
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={5} />}
        {data && channels.length === 0 && <Empty title={t('tasks.empty.noChannel')} hint={t('leads.noChannel')} />}
        {channels.length > 1 && (
          <label className={css.pick}>
            {t('leads.channel')}
            <select value={channel?.id} onChange={(event) => void navigate({ search: { channel: event.currentTarget.value }, replace: true })}>
              {channels.map((c) => (
                <option key={c.id} value={c.id}>
                  {titleOf(c)}
                </option>
              ))}
            </select>
          </label>
        )}
        {channel && <Forms key={channel.id} channel={channel} />}
      </div>
    </div>
  );
}

function Forms({ channel: c }: { channel: Channel }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const admin = isAdmin(useMe());
  const { data, error, refetch } = useQuery(formsQuery(c.id));
  const sync = useSync(c.id);
  const trouble = c.health.findings.filter((f) => f.area === 'leads' && f.level === 'error');
  return (
    <>
      {!c.settings.leads && (
        <p className={css.notice} role="status">
          <span>{t('leads.off', { name: titleOf(c) })}</span>
          <Link to="/channels/$channelId" params={{ channelId: c.id }}>
            {t('leads.offLink')}
          </Link>
        </p>
      )}
      {trouble.map((f) => (
        <p key={f.code} className={css.alert} role="alert">
          <IconAlert size={16} />
          <span>{f.text}</span>
        </p>
      ))}
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={5} />}
      {data && (
        <div className={css.tools}>
          <p className={css.hint}>{t('leads.hint')}</p>
          {admin && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconRefresh size={14} />}
              loading={sync.isPending}
              onClick={() => sync.mutate(undefined, { onError: failed, onSuccess: (p) => toast(t('leads.synced', { count: p.items.length })) })}
            >
              {t('leads.sync')}
            </Button>
          )}
        </div>
      )}
      {data?.items.length === 0 && <Empty title={t('leads.none')} hint={t('leads.noneHint')} />}
      {data && data.items.length > 0 && (
        <ul className={css.list} aria-label={t('leads.forms')}>
          {byUrgency(data.items).map((f) => (
            <FormRow key={f.id} form={f} />
          ))}
        </ul>
      )}
    </>
  );
}

function FormRow({ form: f }: { form: LeadForm }) {
  const { t } = useTranslation();
  return (
    <li className={css.row} data-gone={f.gone_at !== null || undefined}>
      <div className={css.names}>
        <Link to="/settings/lead-forms/$formId" params={{ formId: f.id }}>
          {f.name || f.external_id}
        </Link>
        <p>
          {t('leads.questions', { count: f.questions.length })}
          {f.leads_count !== null && ` · ${t('leads.count', { count: f.leads_count })}`}
          {f.gone_at && ` · ${t('leads.gone')}`}
        </p>
      </div>
      {f.drift && (
        <Badge tone="warn">
          <IconAlert size={13} /> {t('leads.drift')}
        </Badge>
      )}
      {f.unmapped > 0 && (
        <Badge tone="warn">
          {t('leads.unmapped', { count: f.unmapped })}
        </Badge>
      )}
      {!f.drift && f.unmapped === 0 && (
        <Badge tone="good">
          <IconCheck size={13} /> {t('leads.allMapped')}
        </Badge>
      )}
    </li>
  );
}

function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div className={css.empty}>
      <h2>{title}</h2>
      <p>{hint}</p>
    </div>
  );
}
