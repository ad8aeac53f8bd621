import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
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
          <ol className={css.steps}>
            {data?.steps.map((s, i) => (
              // Steps have no ids; they are only ever added at the end.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={i}>
                <p>{s.text}</p>
                <small title={fullTime(s.at)}>{`${s.rule}.${s.outcome}`}</small>
              </li>
            ))}
          </ol>
          {data?.steps.length === 0 && <p className={css.template}>{t('why.none')}</p>}
        </>
      )}
    </section>
  );
}
