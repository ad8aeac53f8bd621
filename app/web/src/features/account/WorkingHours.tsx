import { Button } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { cleaned, isAlways, type Hours } from '@/features/hours/hours';
import { HoursEditor } from '@/features/hours/HoursEditor';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { useChangeAccount, type Account } from './account';
import css from './account.module.css';

/** The week as the account works in it, and the days on which nobody does. */
export function WorkingHours({ account, admin }: { account: Account; admin: boolean }) {
  const { t } = useTranslation();
  const [hours, setHours] = useState<Hours>(account.working_hours);
  const change = useChangeAccount();
  const err = change.error ? asApiError(change.error) : undefined;
  const dirty = JSON.stringify(cleaned(hours)) !== JSON.stringify(cleaned(account.working_hours));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change.mutateAsync({ working_hours: cleaned(hours) }).then(
      () => toast(t('account.saved')),
      () => undefined,
    );
  };
  return (
    <form className={css.section} onSubmit={submit} aria-labelledby="account-hours">
      <h2 id="account-hours">{t('hours.title')}</h2>
      <p className={css.text}>{isAlways(hours) ? t('account.hours.always') : t('account.hours.hint', { zone: hours.time_zone ?? account.time_zone })}</p>
      <HoursEditor hours={hours} set={setHours} readOnly={!admin} free="holidays" faultAt={(part) => err?.faultAt(`working_hours.${part}`)} />
      {err && err.faults.length === 0 && <ErrorNote error={err} />}
      {admin && (
        <div className={css.steps}>
          <Button type="submit" disabled={!dirty} loading={change.isPending}>
            {t('account.save')}
          </Button>
        </div>
      )}
    </form>
  );
}
