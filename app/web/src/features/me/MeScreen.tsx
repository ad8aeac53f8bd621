import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ScreenHead } from '@/app/ScreenHead';
import { DesktopChoice } from '@/features/notifications/DesktopChoice';
import { NewPassword } from '@/features/session/NewPassword';
import { useChangeMe, useMe } from '@/features/session/session';
import { languages, setLanguage, type Language } from '@/i18n';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { Hours } from './Hours';
import { useChangePassword } from './me';
import { SecondFactor } from './SecondFactor';
import { Sessions } from './Sessions';
import { Tokens } from './Tokens';
import css from './Me.module.css';

/** What somebody may set for themselves, and where they have signed in. */
export function MeScreen() {
  const { t } = useTranslation();
  return (
    <div className={css.screen}>
      <ScreenHead title={t('session.account')} />
      <div className={css.body}>
        <Profile />
        <Hours />
        <DesktopChoice />
        <Password />
        <SecondFactor />
        <Sessions />
        <Tokens />
      </div>
    </div>
  );
}

function Profile() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const change = useChangeMe();
  const error = change.error ? asApiError(change.error) : null;
  return (
    <section className={css.section} aria-labelledby="me-profile">
      <div className={css.title}>
        <h2 id="me-profile">{t('session.mine.profile')}</h2>
      </div>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const language = String(form.get('language')) as Language;
          change.mutate(
            { name: String(form.get('name')), language },
            {
              onSuccess: () => {
                void setLanguage(language);
                toast(t('session.mine.saved'));
              },
            },
          );
        }}
      >
        <TextInput label={t('session.email')} value={me.email} readOnly description={t('session.mine.emailHint')} />
        <TextInput
          name="name"
          label={t('session.name')}
          defaultValue={me.name}
          autoComplete="name"
          required
          withAsterisk={false}
          maxLength={100}
          error={error?.faultAt('name')}
        />
        <NativeSelect
          name="language"
          key={i18n.language}
          label={t('session.language')}
          defaultValue={me.language}
          data={languages.map((l) => ({ value: l, label: t(`session.languages.${l}`) }))}
        />
        {error && <ErrorNote error={error} />}
        <div className={css.steps}>
          <Button type="submit" size="xs" loading={change.isPending}>
            {t('session.mine.saveProfile')}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Password() {
  const { t } = useTranslation();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const change = useChangePassword();
  const error = change.error ? asApiError(change.error) : null;
  const close = () => {
    setOpen(false);
    change.reset();
  };
  return (
    <section className={css.section} aria-labelledby="me-password">
      <div className={css.title}>
        <h2 id="me-password">{t('session.password')}</h2>
        {!open && (
          <Button size="xs" variant="default" onClick={() => setOpen(true)}>
            {t('session.mine.changePassword')}
          </Button>
        )}
      </div>
      {open && (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            change.mutate(
              { current_password: String(form.get('current_password')), password: String(form.get('password')) },
              {
                onSuccess: () => {
                  toast(t('session.mine.passwordChanged'));
                  close();
                },
              },
            );
          }}
        >
          <p className={css.text}>{t('session.mine.passwordHint')}</p>
          <input type="hidden" name="username" autoComplete="username" value={me.email} />
          <PasswordInput
            name="current_password"
            label={t('session.mine.currentPassword')}
            autoComplete="current-password"
            autoFocus
            required
            withAsterisk={false}
            error={error?.faultAt('current_password')}
            visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
          />
          <NewPassword label={t('session.newPassword')} error={error?.faultAt('password')} />
          {error && <ErrorNote error={error} />}
          <div className={css.steps}>
            <Button type="submit" size="xs" loading={change.isPending}>
              {t('session.mine.changePassword')}
            </Button>
            <Button type="button" size="xs" variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
