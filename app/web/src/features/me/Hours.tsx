import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAlways } from '@/features/hours/hours';
import { HoursPicture, useHoursWords } from '@/features/hours/HoursPicture';
import { personQuery } from '@/features/people/people';
import { PersonHours } from '@/features/people/PersonHours';
import { useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { Skeleton } from '@/ui/Skeleton';
import css from './Me.module.css';

/** When one works oneself. */
export function Hours() {
  const { t } = useTranslation();
  const words = useHoursWords();
  const { data: me, error, refetch } = useQuery(personQuery(useMe().id));
  const [open, setOpen] = useState(false);
  return (
    <section className={css.section} aria-labelledby="me-hours">
      <div className={css.title}>
        <h2 id="me-hours">{t('hours.title')}</h2>
        {me && (
          <Button size="xs" variant="default" onClick={() => setOpen(true)}>
            {t('hours.change')}
          </Button>
        )}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!me && !error && <Skeleton lines={2} />}
      {me && isAlways(me.working_hours) && <p className={css.text}>{t('hours.always')}</p>}
      {me && !isAlways(me.working_hours) && (
        <>
          <HoursPicture hours={me.working_hours} named />
          <p className={css.text}>{words(me.working_hours)}</p>
        </>
      )}
      {me && open && <PersonHours person={me} close={() => setOpen(false)} />}
    </section>
  );
}
