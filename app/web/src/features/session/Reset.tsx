import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { Entrance } from './Entrance';
import { NewPassword } from './NewPassword';
import { secretOfLink, useReset } from './ways';
import css from './Entrance.module.css';

/** A new password, by a link that is good once. */
export function Reset() {
  const { t } = useTranslation();
  const [token] = useState(secretOfLink);
  const reset = useReset();
  const error = reset.error ? asApiError(reset.error) : null;
  return (
    <Entrance>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          reset.mutate({ token, password: String(new FormData(event.currentTarget).get('password')) });
        }}
      >
        <h1>{t('session.resetTitle')}</h1>
        {reset.isSuccess ? (
          <>
            <p className={css.text} role="status">
              {t('session.resetDone')}
            </p>
            <Button component={Link} to="/sign-in" fullWidth>
              {t('session.submit')}
            </Button>
          </>
        ) : (
          <>
            <p className={css.text}>{t('session.resetHint')}</p>
            <NewPassword label={t('session.newPassword')} error={error?.faultAt('password')} autoFocus />
            {error && <ErrorNote error={error} />}
            <Button type="submit" fullWidth loading={reset.isPending}>
              {t('session.resetSubmit')}
            </Button>
            {error?.code === 'reset.not_found' && (
              <p className={css.links}>
                <Link to="/forgot">{t('session.forgotTitle')}</Link>
              </p>
            )}
          </>
        )}
      </form>
    </Entrance>
  );
}
