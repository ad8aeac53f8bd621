import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/ui/ErrorNote';
import { useConnectSteps, type Terms } from './connect';
import { StepCard } from './ConnectScreen';
import css from './connect.module.css';

/** The terms of connecting: read and accepted once, for the whole account. */
export function TermsStep({ terms }: { terms: Terms }) {
  const { t } = useTranslation();
  const [agreed, setAgreed] = useState(false);
  const { accept } = useConnectSteps();
  return (
    <StepCard title={t('connect.terms.title')}>
      <p className={css.hint}>{t('connect.terms.hint')}</p>
      <blockquote className={css.terms}>{terms.text}</blockquote>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate(terms.version);
        }}
      >
        <Checkbox
          label={t('connect.terms.agree')}
          checked={agreed}
          onChange={(event) => setAgreed(event.currentTarget.checked)}
        />
        {accept.error && <ErrorNote error={accept.error} />}
        <div className={css.buttons}>
          <Button type="submit" disabled={!agreed} loading={accept.isPending}>
            {t('connect.terms.accept')}
          </Button>
        </div>
      </form>
    </StepCard>
  );
}
