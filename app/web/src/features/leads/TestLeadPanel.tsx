import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { isAdmin, useMe } from '@/features/session/session';
import { nearTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconAlert, IconCheck, IconClock } from '@/ui/icons';
import { useRemaining } from '@/ui/useRemaining';
import { dueAt, useFormSteps, wayOf, type LeadForm, type TestLead } from './leads';
import css from './leads.module.css';

/** Has the platform make a test lead of a form, and shows how far it has come. */
export function TestLeadPanel({ form: f }: { form: LeadForm }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const make = useFormSteps(f.id).try;
  const there = make.error !== null && asApiError(make.error).code === 'lead_form.test_lead_there';
  const busy = make.isPending || f.test_lead?.state === 'making';
  return (
    <section className={css.card} aria-labelledby="form-test">
      <h2 id="form-test">{t('leads.test.title')}</h2>
      <p className={css.hint}>{t('leads.test.hint')}</p>
      {admin && (
        <div className={css.start}>
          <Button variant="default" loading={busy} onClick={() => make.mutate(false)}>
            {t('leads.test.make')}
          </Button>
        </div>
      )}
      {make.error && !there && <ErrorNote error={make.error} />}
      {there && (
        <div className={css.alert} role="alert">
          <IconAlert size={18} />
          <div>
            <p>{asApiError(make.error).detail}</p>
            <Button size="compact-sm" variant="default" mt={6} loading={busy} onClick={() => make.mutate(true)}>
              {t('leads.test.anew')}
            </Button>
          </div>
        </div>
      )}
      {f.test_lead && !there && <Way key={f.test_lead.begun_at} lead={f.test_lead} channel={f.channel_id} />}
      <details className={css.byHand}>
        <summary>{t('leads.test.byHand')}</summary>
        <ol className={css.numbered}>
          <li>{t('leads.test.hand.open')}</li>
          <li>{t('leads.test.hand.make')}</li>
          <li>{t('leads.test.hand.look')}</li>
        </ol>
      </details>
    </section>
  );
}

function Way({ lead, channel }: { lead: TestLead; channel: string }) {
  const { t } = useTranslation();
  const way = wayOf(lead);
  const next = way.findIndex((s) => !s.reached);
  const left = useRemaining(dueAt(lead));
  if (lead.state === 'lost') return <p className={css.error}>{t('leads.test.lost')}</p>;
  return (
    <>
      <ol className={css.way} aria-label={t('leads.test.way')} aria-live="polite" data-state={lead.state}>
        {way.map((s, i) => (
          <li key={s.step} data-reached={s.reached || undefined} data-next={i === next || undefined}>
            {s.reached ? <IconCheck size={15} /> : <IconClock size={15} />}
            <span>{s.reached ? t(`leads.test.done.${s.step}`) : t(`leads.test.open.${s.step}`)}</span>
            {s.at && <small>{nearTime(s.at)}</small>}
            {s.step === 'task' && lead.task_id && (
              <Link to="/tasks/$taskId" params={{ taskId: lead.task_id }}>
                {t('leads.test.toTask')}
              </Link>
            )}
          </li>
        ))}
      </ol>
      {lead.problem && <p className={css.error}>{lead.problem.text}</p>}
      {left === 0 && !lead.problem && (
        <div className={css.alert} role="alert">
          <IconAlert size={18} />
          <div>
            <p>{t(lead.received_at ? 'leads.test.stuck' : 'leads.test.silent')}</p>
            <p className={css.links}>
              <Link to="/channels/$channelId" params={{ channelId: channel }}>
                {t('leads.test.toChannel')}
              </Link>
              <Link to="/settings/events" search={{ channel }}>
                {t('leads.test.toEvents')}
              </Link>
              <Link to="/settings/health">{t('leads.test.toHealth')}</Link>
            </p>
          </div>
        </div>
      )}
    </>
  );
}
