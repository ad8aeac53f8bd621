import { Button, NativeSelect, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { asApiError } from '@/api/problem';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { accountQuery, countries, kindsQuery, useChangeAccount, zones, type Account } from './account';
import { Branding } from './Branding';
import { Keeping } from './Keeping';
import { MediaPolicy } from './MediaPolicy';
import { WorkingHours } from './WorkingHours';
import css from './account.module.css';

/** What the account is called, where it is, and whether it works at all. */
export function AccountScreen() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const { data, error, refetch } = useQuery(accountQuery);
  return (
    <div className={css.screen}>
      <ScreenHead title={t('settings.account')} />
      <div className={css.body}>
        {!admin && <p className={css.text}>{t('account.onlyAdmins')}</p>}
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <div className={css.skeleton} aria-hidden="true" />}
        {data && (
          <>
            <Identity key={`${data.name} ${data.language} ${data.time_zone} ${data.country}`} account={data} admin={admin} />
            <WorkingHours key={`${data.time_zone} ${JSON.stringify(data.working_hours)}`} account={data} admin={admin} />
            <Working account={data} admin={admin} />
            <MediaPolicy account={data} admin={admin} />
            <Keeping key={`${data.keep_bodies_days} ${data.keep_events_days} ${data.keep_files_days} ${data.keep_attempts_days}`} account={data} admin={admin} />
            <Branding key={`${data.brand_name} ${data.brand_color}`} account={data} admin={admin} />
            {admin && (
              <p className={css.text}>
                {t('account.factor')} <Link to="/settings/people">{t('account.toPeople')}</Link>
              </p>
            )}
          </>
        )}
      </div>
    </div>
  );
}

function Identity({ account, admin }: { account: Account; admin: boolean }) {
  const { t, i18n } = useTranslation();
  const change = useChangeAccount();
  const [form, setForm] = useState({ name: account.name, language: account.language, time_zone: account.time_zone, country: account.country });
  const err = change.error ? asApiError(change.error) : undefined;
  const known = ['name', 'language', 'time_zone', 'country'] as const;
  const dirty = known.some((key) => form[key] !== account[key]);
  const set = (next: Partial<typeof form>) => setForm({ ...form, ...next });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Not in a callback of the call: what was saved makes this form anew, and with it the callbacks go.
    void change.mutateAsync(form).then(
      () => toast(t('account.saved')),
      () => undefined,
    );
  };
  return (
    <form className={css.section} onSubmit={submit} aria-labelledby="account-identity">
      <h2 id="account-identity">{t('account.identity')}</h2>
      <TextInput
        label={t('account.name')}
        description={t('account.nameHint')}
        name="name"
        value={form.name}
        readOnly={!admin}
        maxLength={100}
        required
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={err?.faultAt('name')}
      />
      <div className={css.pair}>
        <NativeSelect
          label={t('account.language')}
          description={t('account.languageHint')}
          name="language"
          value={form.language}
          disabled={!admin}
          data={(['en', 'de'] as const).map((value) => ({ value, label: t(`session.languages.${value}`) }))}
          onChange={(event) => set({ language: event.currentTarget.value as Account['language'] })}
          error={err?.faultAt('language')}
        />
        <Select
          label={t('account.country')}
          description={t('account.countryHint')}
          name="country"
          value={form.country || null}
          disabled={!admin}
          searchable
          clearable
          data={countries(i18n.language)}
          onChange={(value) => set({ country: value ?? '' })}
          error={err?.faultAt('country')}
          placeholder={t('account.noCountry')}
          clearButtonProps={{ 'aria-label': t('account.clearCountry') }}
        />
      </div>
      <Select
        label={t('account.timeZone')}
        description={t('account.timeZoneHint')}
        name="time_zone"
        value={form.time_zone}
        disabled={!admin}
        searchable
        data={zones(account.time_zone)}
        limit={60}
        onChange={(value) => value && set({ time_zone: value })}
        error={err?.faultAt('time_zone')}
      />
      {err && err.faults.length === 0 && <ErrorNote error={err} />}
      {admin && (
        <div className={css.steps}>
          <Button type="submit" disabled={!dirty} loading={change.isPending}>
            {t('account.save')}
          </Button>
        </div>
      )}
    </form>
  );
}

/** The switches: off means that what comes in is held and what would go out waits. */
function Working({ account, admin }: { account: Account; admin: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { data: kinds } = useQuery(kindsQuery);
  const change = useChangeAccount();
  const paused = change.variables?.paused_kinds ?? account.paused_kinds;
  const shownPaused = change.isPending ? paused : account.paused_kinds;
  const enabled = change.isPending ? (change.variables.enabled ?? account.enabled) : account.enabled;
  return (
    <section className={css.section} aria-labelledby="account-working">
      <h2 id="account-working">{t('account.working')}</h2>
      <Switch
        label={t('account.enabled')}
        description={t('account.enabledHint')}
        checked={enabled}
        disabled={!admin || change.isPending}
        onChange={(event) => change.mutate({ enabled: event.currentTarget.checked }, { onError: failed })}
      />
      {kinds?.items.map((kind) => (
        <Switch
          key={kind.kind}
          label={t('account.kind', { kind: kind.name })}
          description={t('account.kindHint', { kind: kind.name })}
          checked={!shownPaused.includes(kind.kind)}
          disabled={!admin || change.isPending || !enabled}
          onChange={(event) => {
            const others = account.paused_kinds.filter((k) => k !== kind.kind);
            change.mutate({ paused_kinds: event.currentTarget.checked ? others : [...others, kind.kind] }, { onError: failed });
          }}
        />
      ))}
    </section>
  );
}
