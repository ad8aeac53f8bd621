import { Button, TextInput } from '@mantine/core';
import { useState, type CSSProperties, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { asApiError } from '@/api/problem';
import { fullTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { FileButton } from '@/ui/FileButton';
import { toast } from '@/ui/toast';
import { useChangeAccount, useLogo, type Account } from './account';
import { isColor, paletteOf, productColor } from './palette';
import css from './account.module.css';

const week = 7 * 86_400_000;

/** What people outside see of the account: a name, a colour, a picture, and how that looks. */
export function Branding({ account, admin }: { account: Account; admin: boolean }) {
  const { t } = useTranslation();
  const change = useChangeAccount();
  const [form, setForm] = useState({ brand_name: account.brand_name, brand_color: account.brand_color });
  const err = change.error ? asApiError(change.error) : undefined;
  const color = form.brand_color.trim().toLowerCase();
  const palette = paletteOf(color);
  const dirty = form.brand_name !== account.brand_name || form.brand_color !== account.brand_color;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void change.mutateAsync({ brand_name: form.brand_name, brand_color: color }).then(
      () => toast(t('account.saved')),
      () => undefined,
    );
  };
  return (
    <form className={css.section} onSubmit={submit} aria-labelledby="account-brand">
      <h2 id="account-brand">{t('account.brand.title')}</h2>
      <p className={css.text}>{t('account.brand.text')}</p>
      <div className={css.brand}>
        <div className={css.brandForm}>
          <TextInput
            label={t('account.brand.name')}
            description={t('account.brand.nameHint')}
            name="brand_name"
            value={form.brand_name}
            readOnly={!admin}
            maxLength={100}
            onChange={(event) => setForm({ ...form, brand_name: event.currentTarget.value })}
            error={err?.faultAt('brand_name')}
          />
          <div className={css.color}>
            <TextInput
              label={t('account.brand.color')}
              description={t('account.brand.colorHint')}
              name="brand_color"
              value={form.brand_color}
              readOnly={!admin}
              maxLength={7}
              placeholder={productColor}
              onChange={(event) => setForm({ ...form, brand_color: event.currentTarget.value })}
              error={err?.faultAt('brand_color')}
            />
            <input
              type="color"
              aria-label={t('account.brand.pick')}
              value={palette.fill}
              disabled={!admin}
              onChange={(event) => setForm({ ...form, brand_color: event.currentTarget.value })}
            />
          </div>
          {isColor(color) && palette.onLight !== palette.fill && <p className={css.text}>{t('account.brand.shade')}</p>}
          <Logo account={account} admin={admin} />
        </div>
        <Preview name={form.brand_name.trim() || t('app.name')} palette={palette} logo={logoAddress(account)} />
      </div>
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

/** Another picture has another address, so that no browser shows the one before. */
const logoAddress = (account: Account) => (account.logo ? `/api/v1/account/logo?v=${account.logo}` : null);

/** What follows on an attempt: words when it went well, and else what the form shows. */
const said = (text: string) => [() => toast(text), () => undefined] as const;

/** The picture is kept as soon as it is chosen: it is no part of what the form saves. */
function Logo({ account, admin }: { account: Account; admin: boolean }) {
  const { t } = useTranslation();
  const { set, remove } = useLogo();
  const error = set.error ? asApiError(set.error) : remove.error;
  return (
    <div className={css.logo} role="group" aria-labelledby="account-logo">
      <span id="account-logo" className={css.label}>
        {t('account.brand.logo')}
      </span>
      <p className={css.text}>{t('account.brand.logoHint')}</p>
      {admin && (
        <div className={css.steps}>
          <FileButton
            accept="image/png,image/webp,image/jpeg"
            disabled={set.isPending}
            choose={(file) => void set.mutateAsync(file).then(...said(t('account.brand.logoSaved')))}
          >
            {t(account.logo ? 'account.brand.replace' : 'account.brand.choose')}
          </FileButton>
          {account.logo && (
            <Button size="xs" variant="default" loading={remove.isPending} onClick={() => void remove.mutateAsync().then(...said(t('account.brand.logoRemoved')))}>
              {t('account.brand.removeLogo')}
            </Button>
          )}
        </div>
      )}
      {error && <ErrorNote error={error} />}
    </div>
  );
}

/** A small picture of the page that a link leads to: app/httpapi/page/file.html. */
function Preview({ name, palette, logo }: { name: string; palette: ReturnType<typeof paletteOf>; logo: string | null }) {
  const { t } = useTranslation();
  const colors = { '--fill': palette.fill, '--ink': palette.ink, '--on-light': palette.onLight, '--on-dark': palette.onDark } as CSSProperties;
  return (
    <figure className={css.preview} style={colors}>
      <figcaption>{t('account.brand.preview')}</figcaption>
      <div className={css.paper}>
        <p className={css.sender}>
          {logo && <img src={logo} alt="" />}
          <span>{name}</span>
        </p>
        <div className={css.card}>
          <strong className={css.heading}>{t('account.brand.forYou')}</strong>
          <p className={css.what}>
            <strong>{t('account.brand.file')}</strong>
            <small>{t('account.brand.facts')}</small>
          </p>
          <span className={css.button}>{t('account.brand.download')}</span>
          <small>{t('account.brand.until', { time: fullTime(new Date(serverNow() + week).toISOString()) })}</small>
        </div>
      </div>
    </figure>
  );
}
