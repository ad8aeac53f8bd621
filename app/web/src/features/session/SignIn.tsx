import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { Mark } from '@/ui/Mark';
import { languages, setLanguage } from '@/i18n';
import { useSignIn, useSwitchAccount, type Me } from './session';
import css from './SignIn.module.css';

/** The way in: e-mail and password, then which account, where there are several. */
export function SignIn() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { back, ended } = useSearch({ from: '/sign-in' });
  const [choosing, setChoosing] = useState<Me | null>(null);
  const router = useRouter();
  const enter = () => (back ? router.history.replace(back) : void navigate({ to: '/tasks', replace: true }));

  return (
    <main className={css.page}>
      <div className={css.card}>
        <header className={css.head}>
          <Mark size={44} />
          <p className={css.brand}>{t('app.name')}</p>
          <p className={css.tagline}>{t('session.tagline')}</p>
        </header>
        {choosing ? (
          <Accounts me={choosing} done={enter} />
        ) : (
          <Credentials ended={ended} done={(me) => (me.accounts.length > 1 ? setChoosing(me) : enter())} />
        )}
      </div>
      <LanguageLinks />
    </main>
  );
}

function Credentials({ ended, done }: { ended?: boolean; done: (me: Me) => void }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const error = signIn.error ? asApiError(signIn.error) : null;
  const submit = (form: FormData) =>
    signIn.mutate(
      { email: String(form.get('email')), password: String(form.get('password')) },
      { onSuccess: done },
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

function LanguageLinks() {
  const { t, i18n } = useTranslation();
  return (
    <div className={css.languages}>
      {languages.map((l) => (
        <button
          key={l}
          type="button"
          lang={l}
          aria-pressed={i18n.language === l}
          className={css.language}
          onClick={() => void setLanguage(l)}
        >
          {t(`session.languages.${l}`)}
        </button>
      ))}
    </div>
  );
}
