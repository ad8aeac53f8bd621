import { Button, Modal, NativeSelect } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { daysToChoose, isShorter, useChangeAccount, type Account } from './account';
import css from './account.module.css';

const sorts = [
  { key: 'keep_bodies_days', name: 'bodies', least: 7 },
  { key: 'keep_events_days', name: 'events', least: 90 },
  { key: 'keep_files_days', name: 'files', least: 30 },
  { key: 'keep_attempts_days', name: 'attempts', least: 30 },
] as const;

/** For how long the account keeps what it no longer works with. Shorter times take something away, and ask before. */
export function Keeping({ account, admin }: { account: Account; admin: boolean }) {
  const { t } = useTranslation();
  const change = useChangeAccount();
  const [days, setDays] = useState(() => Object.fromEntries(sorts.map(({ key }) => [key, account[key]])) as Record<(typeof sorts)[number]['key'], number>);
  const [asking, setAsking] = useState(false);
  const err = change.error ? asApiError(change.error) : undefined;
  const dirty = sorts.some(({ key }) => days[key] !== account[key]);
  const save = () => {
    setAsking(false);
    void change.mutateAsync(days).then(
      () => toast(t('account.saved')),
      () => undefined,
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sorts.some(({ key }) => isShorter(days[key], account[key]))) setAsking(true);
    else save();
  };
  const words = (n: number) => (n === 0 ? t('account.keeping.forEver') : t('account.keeping.days', { count: n }));
  return (
    <form className={css.section} onSubmit={submit} aria-labelledby="account-keeping">
      <h2 id="account-keeping">{t('account.keeping.title')}</h2>
      <p className={css.text}>{t('account.keeping.text')}</p>
      {sorts.map(({ key, name, least }) => (
        <NativeSelect
          key={key}
          className={css.days}
          label={t(`account.keeping.${name}`)}
          description={t(`account.keeping.${name}Hint`)}
          name={key}
          value={String(days[key])}
          disabled={!admin}
          data={daysToChoose(least, account[key]).map((n) => ({ value: String(n), label: words(n) }))}
          onChange={(event) => setDays({ ...days, [key]: Number(event.currentTarget.value) })}
          error={err?.faultAt(key)}
        />
      ))}
      {err && err.faults.length === 0 && <ErrorNote error={err} />}
      {admin && (
        <div className={css.steps}>
          <Button type="submit" disabled={!dirty} loading={change.isPending}>
            {t('account.save')}
          </Button>
        </div>
      )}
      {asking && (
        <Modal opened onClose={() => setAsking(false)} title={t('account.keeping.shorter')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
          <div className={css.confirm}>
            <p>{t('account.keeping.shorterText')}</p>
            <ul>
              {sorts
                .filter(({ key }) => isShorter(days[key], account[key]))
                .map(({ key, name }) => (
                  <li key={key}>
                    <strong>{t(`account.keeping.${name}`)}</strong> <span>{words(days[key])}</span>
                  </li>
                ))}
            </ul>
            {isShorter(days.keep_events_days, account.keep_events_days) && isShorter(days.keep_events_days, days.keep_bodies_days) && (
              <p>{t('account.keeping.bodiesToo')}</p>
            )}
            <div className={css.steps}>
              <Button data-autofocus color="red.9" onClick={save}>
                {t('account.keeping.shorterGo')}
              </Button>
              <Button variant="default" onClick={() => setAsking(false)}>
                {t('app.cancel')}
              </Button>
            </div>
          </div>
        </Modal>
      )}
    </form>
  );
}
