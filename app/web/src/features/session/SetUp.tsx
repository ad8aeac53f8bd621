import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { languages, setLanguage, type Language } from '@/i18n';
import { ErrorNote } from '@/ui/ErrorNote';
import { countries, countryOf, timeZones } from './places';
import { Entrance } from './Entrance';
import { NewPassword } from './NewPassword';
import { secretOfLink, useSetUp, waysQuery } from './ways';
import css from './Entrance.module.css';

/** The first account of an empty installation, once. */
export function SetUp() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [token] = useState(secretOfLink);
  const { data: ways } = useQuery(waysQuery);
  const setUp = useSetUp();
  const error = setUp.error ? asApiError(setUp.error) : null;
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = useMemo(() => timeZones(zone), [zone]);
  const lands = useMemo(() => countries(i18n.language), [i18n.language]);
  const submit = (form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? '').trim();
    setUp.mutate(
      {
        token: token || undefined,
        account_name: text('account_name'),
        name: text('name'),
        email: text('email'),
        password: String(form.get('password')),
        language: i18n.language as Language,
        time_zone: text('time_zone'),
        country: text('country'),
      },
      { onSuccess: () => void navigate({ to: '/channels', replace: true }) },
    );
  };
  const missing = ways?.set_up_token && !token;
  return (
    <Entrance wide>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <h1>{t('firstRun.title')}</h1>
        {missing ? (
          <p className={css.text}>{t('firstRun.needsLink')}</p>
        ) : (
          <>
            <p className={css.text}>{t('firstRun.text')}</p>
            <TextInput
              name="account_name"
              label={t('firstRun.account')}
              description={t('firstRun.accountHint')}
              autoComplete="organization"
              autoFocus
              required
              withAsterisk={false}
              maxLength={100}
              error={error?.faultAt('account_name')}
            />
            <div className={css.pair}>
              <TextInput
                name="name"
                label={t('session.name')}
                autoComplete="name"
                required
                withAsterisk={false}
                maxLength={100}
                error={error?.faultAt('name')}
              />
              <TextInput
                name="email"
                type="email"
                label={t('session.email')}
                autoComplete="username"
                required
                withAsterisk={false}
                error={error?.faultAt('email')}
              />
            </div>
            <NewPassword label={t('session.password')} error={error?.faultAt('password')} />
            <NativeSelect
              label={t('session.language')}
              value={i18n.language}
              onChange={(event) => void setLanguage(event.currentTarget.value as Language)}
              data={languages.map((l) => ({ value: l, label: t(`session.languages.${l}`) }))}
            />
            <div className={css.pair}>
              <NativeSelect
                name="time_zone"
                label={t('firstRun.timeZone')}
                defaultValue={zone}
                data={zones}
                error={error?.faultAt('time_zone')}
              />
              <NativeSelect
                name="country"
                label={t('firstRun.country')}
                defaultValue={countryOf(navigator.languages)}
                data={[{ value: '', label: t('firstRun.noCountry') }, ...lands]}
                error={error?.faultAt('country')}
              />
            </div>
            <p className={css.hint}>{t('firstRun.countryHint')}</p>
            {error && <ErrorNote error={error} />}
            <Button type="submit" fullWidth loading={setUp.isPending}>
              {t('firstRun.submit')}
            </Button>
          </>
        )}
      </form>
    </Entrance>
  );
}
