import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { fullTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { isRunning, useFormSteps, type Backfill, type LeadForm } from './leads';
import css from './leads.module.css';

const day = 86_400_000;
const spans = [0, 7, 30, 90] as const;

/** Fetches leads that are missing and fills in those that are here, as the form is mapped now. */
export function BackfillPanel({ form: f }: { form: LeadForm }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<number>(0);
  const { backfill } = useFormSteps(f.id);
  const running = isRunning(f.backfill);
  return (
    <section className={css.card} aria-labelledby="form-backfill">
      <h2 id="form-backfill">{t('leads.backfill.title')}</h2>
      <p className={css.hint}>{t('leads.backfill.hint')}</p>
      <div className={css.start}>
        <label className={css.pick}>
          {t('leads.backfill.since')}
          <select value={days} disabled={running} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {spans.map((d) => (
              <option key={d} value={d}>
                {d === 0 ? t('leads.backfill.connected') : t('leads.backfill.days', { count: d })}
              </option>
            ))}
          </select>
        </label>
        <Button
          variant="default"
          disabled={running}
          loading={backfill.isPending}
          onClick={() => backfill.mutate(days > 0 ? new Date(serverNow() - days * day).toISOString() : undefined)}
        >
          {t('leads.backfill.start')}
        </Button>
      </div>
      {backfill.error && <ErrorNote error={backfill.error} />}
      {f.backfill && <Progress of={f.backfill} />}
    </section>
  );
}

function Progress({ of: b }: { of: Backfill }) {
  const { t } = useTranslation();
  return (
    <div className={css.progress} role="status" data-state={b.state}>
      <p>
        <strong>{t(`leads.backfill.state.${b.state}`)}</strong> {b.ended_at ? fullTime(b.ended_at) : fullTime(b.started_at)}
      </p>
      {isRunning(b) && <progress aria-label={t('leads.backfill.title')} />}
      <dl>
        {(['found', 'recovered', 'refilled', 'changed'] as const).map((key) => (
          <div key={key}>
            <dt>{t(`leads.backfill.${key}`)}</dt>
            <dd className="tabular">{b[key]}</dd>
          </div>
        ))}
      </dl>
      {b.problem && (
        <p className={css.error}>
          {b.problem.text} {b.problem.message && <small>{b.problem.message}</small>}
        </p>
      )}
    </div>
  );
}
