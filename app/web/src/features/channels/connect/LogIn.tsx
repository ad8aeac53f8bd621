import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fullTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconAlert, IconInfo } from '@/ui/icons';
import { useFailureToast } from '@/ui/toast';
import { kindsQuery } from '../channels';
import { ConnectForm } from '../ConnectForm';
import { connectionsQuery, forgetLogin, loginWasBegun, termsQuery, useConnectSteps, type Connection } from './connect';
import { StepCard } from './ConnectScreen';
import css from './connect.module.css';

const route = getRouteApi('/signed-in/settings/channels/connect');

/** What there are words for; all else is said with its code. */
const known = ['denied', 'no_code', 'signed_out', 'state_expired', 'state_foreign', 'state_unknown', 'state_used', 'login_code', 'app_settings'] as const;

/** The login at the platform: what to see to beforehand, and, when it led nowhere, why and what now. */
export function LogIn() {
  const { t } = useTranslation();
  const { connect_error: failed } = route.useSearch();
  const { data: kinds } = useQuery(kindsQuery);
  const { data: terms } = useQuery(termsQuery);
  const [byToken, setByToken] = useState(false);
  const byLogin = kinds?.items.filter((k) => k.by_login) ?? [];
  return (
    <>
      {failed ? <Refused code={failed} /> : <LeftOpen />}
      <StepCard title={t('connect.login.title')}>
        <p className={css.hint}>{t('connect.login.hint')}</p>
        <ol className={css.numbered}>
          <li>{t('connect.login.profile')}</li>
          <li>{t('connect.login.tick')}</li>
          <li>{t('connect.login.permissions')}</li>
        </ol>
        <div className={css.buttons}>
          {byLogin.map((k) => (
            <Begin key={k.kind} kind={k.kind} name={k.name} />
          ))}
        </div>
        <p className={css.small}>{t('connect.login.nothing')}</p>
      </StepCard>
      <Earlier />
      {kinds?.items.some((k) => k.by_token) &&
        (byToken ? (
          <ConnectForm done={() => setByToken(false)} />
        ) : (
          <p className={css.small}>
            {t('connect.token.hint')}{' '}
            <button type="button" className={css.link} onClick={() => setByToken(true)}>
              {t('connect.token.show')}
            </button>
          </p>
        ))}
      {terms?.accepted && (
        <details className={css.accepted}>
          <summary>{t('connect.terms.accepted', { name: terms.accepted.name, time: fullTime(terms.accepted.at) })}</summary>
          <blockquote className={css.terms}>{terms.text}</blockquote>
        </details>
      )}
    </>
  );
}

function Begin({ kind, name }: { kind: string; name: string }) {
  const { t } = useTranslation();
  const { begin } = useConnectSteps();
  const { reset } = begin;
  useEffect(() => {
    // Whoever comes back by the browser's button finds the page as it was left: with a button that still turns.
    const shown = (event: PageTransitionEvent) => event.persisted && reset();
    window.addEventListener('pageshow', shown);
    return () => window.removeEventListener('pageshow', shown);
  }, [reset]);
  return (
    <>
      <Button loading={begin.isPending || begin.isSuccess} onClick={() => begin.mutate(kind)}>
        {t('connect.login.go', { kind: name })}
      </Button>
      {begin.error && <ErrorNote error={begin.error} />}
    </>
  );
}

/** Why a login led nowhere, with a way on. */
function Refused({ code }: { code: string }) {
  const { t } = useTranslation();
  useEffect(forgetLogin, []);
  const word = known.find((k) => code.endsWith(`.${k}`)) ?? 'other';
  return (
    <div className={css.alert} role="alert">
      <IconAlert size={18} />
      <div>
        <strong>{t(`connect.refusedTitle.${word}`)}</strong>
        <p>{t(`connect.refusedText.${word}`)}</p>
        <p className={css.small}>
          {t('connect.nothingChanged')} {t('error.code')} {code}
        </p>
      </div>
    </div>
  );
}

/** Said to who came back from the platform without having finished there. */
function LeftOpen() {
  const { t } = useTranslation();
  const [left, setLeft] = useState(false);
  useEffect(() => {
    const look = () => {
      if (loginWasBegun()) setLeft(true);
      forgetLogin();
    };
    look();
    window.addEventListener('pageshow', look);
    return () => window.removeEventListener('pageshow', look);
  }, []);
  if (!left) return null;
  return (
    <div className={css.notice} role="status">
      <IconInfo size={18} />
      <div>
        <strong>{t('connect.left.title')}</strong>
        <p>{t('connect.left.text')}</p>
      </div>
    </div>
  );
}

/** Logins from before: more pages can be chosen from them without logging in again. */
function Earlier() {
  const { t } = useTranslation();
  const { data } = useQuery(connectionsQuery);
  if (!data || data.items.length === 0) return null;
  return (
    <StepCard title={t('connect.earlier.title')}>
      <p className={css.hint}>{t('connect.earlier.hint')}</p>
      <ul className={css.rows}>
        {data.items.map((c) => (
          <Login key={c.id} login={c} />
        ))}
      </ul>
    </StepCard>
  );
}

function Login({ login: c }: { login: Connection }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const [sure, setSure] = useState(false);
  const { remove } = useConnectSteps();
  return (
    <li className={css.login}>
      <div className={css.names}>
        <strong>{c.user_name || t('connect.earlier.nameless')}</strong>
        <span>
          {t('connect.earlier.pages', { count: c.page_count })} · {fullTime(c.authorized_at)}
        </span>
        {c.state === 'lost' && c.reason && <span className={css.bad}>{c.reason.text}</span>}
        {sure && <span>{t('connect.earlier.removeHint')}</span>}
      </div>
      <div className={css.buttons}>
        {c.state === 'ready' && !sure && (
          <Link to="/channels/connect" search={{ connection: c.id }} className={css.choose}>
            {t('connect.earlier.choose')}
            <span className="sr">: {c.user_name}</span>
          </Link>
        )}
        {sure && (
          <Button size="compact-sm" variant="default" onClick={() => setSure(false)}>
            {t('app.cancel')}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant={sure ? 'filled' : 'subtle'}
          color={sure ? 'red' : 'gray'}
          loading={remove.isPending}
          onClick={() => (sure ? remove.mutate(c.id, { onError: failed }) : setSure(true))}
        >
          {sure ? t('connect.earlier.removeSure') : t('connect.earlier.remove')}
        </Button>
      </div>
    </li>
  );
}
