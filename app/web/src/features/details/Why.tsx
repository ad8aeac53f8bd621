import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WhyStep } from '@/api/types';
import { whyQuery } from '@/features/tasks/tasks';
import { fullTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconChevron } from '@/ui/icons';
import css from './Why.module.css';

/** Every decision that made the task what it is: which template, which rule, why this assignee. */
export function Why({ taskId, template, version }: { taskId: string; template?: string; version: number }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { data, error, refetch } = useQuery({ ...whyQuery(taskId), enabled: open });
  return (
    <section className={css.why}>
      <h3>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconChevron size={14} />
          {t('why.title')}
        </button>
      </h3>
      {open && (
        <>
          {template && <p className={css.template}>{t('why.template', { template, version })}</p>}
          {error && <ErrorNote error={error} retry={() => void refetch()} />}
          {byTime(data?.steps ?? []).map(([at, steps]) => (
            <div key={at}>
              <p className={css.when}>{fullTime(at)}</p>
              <ol className={css.steps}>
                {steps.map((s, i) => (
                  // Steps have no ids; they are only ever added at the end.
                  // oxlint-disable-next-line react/no-array-index-key
                  <li key={i} title={`${s.rule}.${s.outcome}`}>
                    {s.text}
                  </li>
                ))}
              </ol>
            </div>
          ))}
          {data?.steps.length === 0 && <p className={css.template}>{t('why.none')}</p>}
        </>
      )}
    </section>
  );
}

/** Steps by the moment in which they were decided, in their order. */
function byTime(steps: WhyStep[]): [string, WhyStep[]][] {
  const groups = new Map<string, WhyStep[]>();
  for (const s of steps) groups.set(s.at, [...(groups.get(s.at) ?? []), s]);
  return [...groups];
}
