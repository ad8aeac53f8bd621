import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { Entrance } from './Entrance';
import { useRequestReset, waysQuery } from './ways';
import css from './Entrance.module.css';

/** Asks for a link to a new password. What is answered is the same whoever's address it is. */
export function Forgot() {
  const { t } = useTranslation();
  const { data: ways } = useQuery(waysQuery);
  const request = useRequestReset();
  const error = request.error ? asApiError(request.error) : null;
  const asks = ways?.mail && !request.isSuccess;
  return (
    <Entrance>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          request.mutate(String(new FormData(event.currentTarget).get('email')));
        }}
      >
        <h1>{t('session.forgotTitle')}</h1>
        {ways && !ways.mail && <p className={css.text}>{t('session.forgotAsk')}</p>}
        {request.isSuccess && (
          <p className={css.text} role="status">
            {t('session.forgotSent', { email: request.variables })}
          </p>
        )}
        {asks && (
          <>
            <p className={css.text}>{t('session.forgotHint')}</p>
            <TextInput
              name="email"
              type="email"
              label={t('session.email')}
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
              error={error?.faultAt('email')}
            />
            {error && <ErrorNote error={error} />}
            <Button type="submit" fullWidth loading={request.isPending}>
              {t('session.forgotSend')}
            </Button>
          </>
        )}
        <p className={css.links}>
          <Link to="/sign-in">{t('session.back')}</Link>
        </p>
      </form>
    </Entrance>
  );
}
