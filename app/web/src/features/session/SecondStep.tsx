import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import type { Me } from './session';
import { useSecondStep } from './ways';
import css from './Entrance.module.css';

/** The second factor: a code of the app, or one of those kept for when the phone is lost. */
export function SecondStep({ done, leave }: { done: (me: Me) => void; leave: () => void }) {
  const { t } = useTranslation();
  const [recovery, setRecovery] = useState(false);
  const step = useSecondStep();
  const over = step.error && asApiError(step.error).code === 'session.challenge_ended';
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        step.mutate(String(new FormData(event.currentTarget).get('code')), { onSuccess: done });
      }}
    >
      <h1>{t('session.secondStep')}</h1>
      <p className={css.text}>{recovery ? t('session.recoveryHint') : t('session.codeHint')}</p>
      <TextInput
        key={String(recovery)}
        name="code"
        label={recovery ? t('session.recoveryCode') : t('session.code')}
        inputMode={recovery ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        autoFocus
        required
        withAsterisk={false}
        maxLength={recovery ? 24 : 8}
      />
      {step.error && <ErrorNote error={step.error} />}
      {over ? (
        <Button type="button" fullWidth onClick={leave}>
          {t('session.again')}
        </Button>
      ) : (
        <Button type="submit" fullWidth loading={step.isPending}>
          {t('session.submit')}
        </Button>
      )}
      <p className={css.links}>
        <button type="button" className={css.plain} onClick={() => setRecovery(!recovery)}>
          {recovery ? t('session.useApp') : t('session.useRecovery')}
        </button>
        <button type="button" className={css.plain} onClick={leave}>
          {t('session.back')}
        </button>
      </p>
    </form>
  );
}
