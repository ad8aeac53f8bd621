import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/problem';
import type { Language } from '@/i18n';
import { ErrorNote } from '@/ui/ErrorNote';
import { Entrance } from './Entrance';
import { NewPassword } from './NewPassword';
import { SecondStep } from './SecondStep';
import { secretOfLink, useAccept } from './ways';
import css from './Entrance.module.css';

/** Somebody follows the link of an invitation. */
export function Join() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [token] = useState(secretOfLink);
  const [second, setSecond] = useState(false);
  const welcome = useQuery({
    queryKey: ['welcome', token],
    queryFn: async () => (await api.POST('/invitations/welcome', { body: { token } })).data!,
  });
  const accept = useAccept();
  const failure = accept.error ? asApiError(accept.error) : null;
  const error = failure?.code === 'session.second_factor' ? null : failure;
  const enter = () => void navigate({ to: '/tasks', replace: true });
  const submit = (form: FormData) =>
    accept.mutate(
      {
        token,
        name: String(form.get('name')),
        password: String(form.get('password')),
        language: i18n.language as Language,
      },
      {
        onSuccess: enter,
        onError: (thrown) => {
          if (asApiError(thrown).code === 'session.second_factor') setSecond(true);
        },
      },
    );
  const w = welcome.data;
  if (second) {
    return (
      <Entrance>
        <SecondStep done={enter} leave={() => void navigate({ to: '/sign-in' })} />
      </Entrance>
    );
  }
  return (
    <Entrance>
      {welcome.error && (
        <div className={css.form}>
          <h1>{t('session.joinGone')}</h1>
          <ErrorNote error={welcome.error} />
          <p className={css.links}>
            <Link to="/sign-in">{t('session.back')}</Link>
          </p>
        </div>
      )}
      {w && (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            submit(new FormData(event.currentTarget));
          }}
        >
          <h1>{t('session.joinTitle', { account: w.account_name })}</h1>
          <p className={css.text}>
            {w.invited_by
              ? t('session.joinText', { by: w.invited_by, role: t(`session.role.${w.role}`) })
              : t('session.joinPlain', { role: t(`session.role.${w.role}`) })}
          </p>
          <TextInput name="email" type="email" label={t('session.email')} value={w.email} readOnly autoComplete="username" />
          <TextInput
            name="name"
            label={t('session.name')}
            autoComplete="name"
            autoFocus
            required
            withAsterisk={false}
            maxLength={100}
            error={error?.faultAt('name')}
          />
          {w.known ? (
            <PasswordInput
              name="password"
              label={t('session.password')}
              description={t('session.joinKnown')}
              autoComplete="current-password"
              required
              withAsterisk={false}
              error={error?.faultAt('password')}
              visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
            />
          ) : (
            <NewPassword label={t('session.newPassword')} error={error?.faultAt('password')} />
          )}
          {error && <ErrorNote error={error} />}
          <Button type="submit" fullWidth loading={accept.isPending}>
            {t('session.joinSubmit')}
          </Button>
        </form>
      )}
    </Entrance>
  );
}
