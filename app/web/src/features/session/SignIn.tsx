import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconAlert, IconLock } from '@/ui/icons';
import { Entrance } from './Entrance';
import { SecondStep } from './SecondStep';
import { meQuery, useSignIn, useSwitchAccount, type Me } from './session';
import { waysQuery } from './ways';
import css from './Entrance.module.css';

/** The way in: e-mail and password or single sign-on, the second factor, then which account, where there are several. */
export function SignIn() {
  const navigate = useNavigate();
  const { back, entered } = useSearch({ from: '/sign-in' });
  const [choosing, setChoosing] = useState<Me | null>(null);
  const [second, setSecond] = useState(false);
  const router = useRouter();
  const enter = () => (back ? router.history.replace(back) : void navigate({ to: '/tasks', replace: true }));
  const done = (me: Me) => (me.accounts.length > 1 && !me.must_enrol ? setChoosing(me) : enter());
  return (
    <Entrance>
      {choosing ? (
        <Accounts me={choosing} done={enter} />
      ) : second ? (
        <SecondStep done={done} leave={() => setSecond(false)} />
      ) : entered ? (
        <Entered done={done} />
      ) : (
        <Credentials done={done} further={() => setSecond(true)} />
      )}
    </Entrance>
  );
}

/** Somebody comes back from single sign-on with a session. */
function Entered({ done }: { done: (me: Me) => void }) {
  const { data, error } = useQuery(meQuery);
  useEffect(() => {
    if (data) done(data);
  }, [data, done]);
  return error ? <ErrorNote error={error} /> : null;
}

function Credentials({ done, further }: { done: (me: Me) => void; further: () => void }) {
  const { t } = useTranslation();
  const { back, ended, problem } = useSearch({ from: '/sign-in' });
  const { data: ways } = useQuery(waysQuery);
  const signIn = useSignIn();
  const failure = signIn.error ? asApiError(signIn.error) : null;
  const error = failure?.code === 'session.second_factor' ? null : failure;
  const submit = (form: FormData) =>
    signIn.mutate(
      { email: String(form.get('email')), password: String(form.get('password')) },
      {
        onSuccess: done,
        onError: (thrown) => {
          if (asApiError(thrown).code === 'session.second_factor') further();
        },
      },
    );
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
    >
      <h1 className="sr">{t('session.title')}</h1>
      {ended && !error && <p className={css.hint}>{t('session.ended')}</p>}
      {problem && !error && (
        <p className={css.problem} role="alert">
          <IconAlert />
          {t(`session.problem.${problem}`)}
        </p>
      )}
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
      <PasswordInput
        name="password"
        label={t('session.password')}
        autoComplete="current-password"
        required
        withAsterisk={false}
        error={error?.faultAt('password')}
        visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
      />
      {error && <ErrorNote error={error} />}
      <Button type="submit" loading={signIn.isPending} fullWidth>
        {t('session.submit')}
      </Button>
      {ways?.sso && (
        <>
          <p className={css.or}>{t('session.or')}</p>
          <Button
            component="a"
            variant="default"
            fullWidth
            leftSection={<IconLock />}
            href={`/oauth/oidc/start${back ? `?back=${encodeURIComponent(back)}` : ''}`}
          >
            {t('session.sso', { name: ways.sso })}
          </Button>
        </>
      )}
      <p className={css.links}>
        <Link to="/forgot">{t('session.forgot')}</Link>
      </p>
    </form>
  );
}

function Accounts({ me, done }: { me: Me; done: () => void }) {
  const { t } = useTranslation();
  const switchTo = useSwitchAccount();
  const choose = (id: string) => (id === me.account.id ? done() : switchTo.mutate(id, { onSuccess: done }));
  return (
    <div className={css.form}>
      <h1 className={css.question}>{t('session.chooseAccount')}</h1>
      <ul className={css.accounts}>
        {me.accounts.map((account, i) => (
          <li key={account.id}>
            <Button
              variant="default"
              fullWidth
              justify="flex-start"
              autoFocus={i === 0}
              loading={switchTo.isPending && switchTo.variables === account.id}
              onClick={() => choose(account.id)}
            >
              {account.name}
            </Button>
          </li>
        ))}
      </ul>
      {switchTo.error && <ErrorNote error={switchTo.error} />}
      <p className={css.hint}>{t('session.chooseHint')}</p>
    </div>
  );
}
