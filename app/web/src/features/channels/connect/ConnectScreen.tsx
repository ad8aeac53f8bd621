import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconCheck } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { ChoosePages } from './ChoosePages';
import { termsQuery } from './connect';
import { FirstMessage } from './FirstMessage';
import { LogIn } from './LogIn';
import { TermsStep } from './TermsStep';
import css from './connect.module.css';

const route = getRouteApi('/signed-in/settings/channels/connect');

type Step = 'terms' | 'login' | 'pages' | 'message';

/** Connects pages, step by step: terms, login at the platform, choice of pages, a first message. */
export function ConnectScreen() {
  const { t } = useTranslation();
  const { connection } = route.useSearch();
  const navigate = route.useNavigate();
  const admin = isAdmin(useMe());
  const { data: terms, error, refetch } = useQuery(termsQuery);
  const [connected, setConnected] = useState<string[] | null>(null);
  const step: Step = connected ? 'message' : terms && !terms.accepted ? 'terms' : connection ? 'pages' : 'login';
  return (
    <div className={css.screen}>
      <ScreenHead title={t('connect.title')} />
      <div className={css.body}>
        <Steps now={step} />
        {!admin && <p className={css.hint}>{t('channels.onlyAdmins')}</p>}
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!terms && !error && <Skeleton lines={5} />}
        {admin && terms && step === 'terms' && <TermsStep terms={terms} />}
        {admin && terms && step === 'login' && <LogIn />}
        {admin && step === 'pages' && connection && (
          <ChoosePages key={connection} id={connection} done={setConnected} again={() => void navigate({ search: {} })} />
        )}
        {connected && <FirstMessage channelIds={connected} more={() => setConnected(null)} />}
        {step !== 'message' && (
          <p className={css.leave}>
            <Link to="/channels">{t('connect.leave')}</Link>
          </p>
        )}
      </div>
    </div>
  );
}

const steps: Step[] = ['terms', 'login', 'pages', 'message'];

/** Where one is. */
function Steps({ now }: { now: Step }) {
  const { t } = useTranslation();
  const at = steps.indexOf(now);
  return (
    <ol className={css.steps} aria-label={t('connect.steps')}>
      {steps.map((step, i) => (
        <li key={step} data-state={i < at ? 'done' : i === at ? 'now' : 'later'} aria-current={i === at ? 'step' : undefined}>
          <span className={css.number}>{i < at ? <IconCheck size={13} /> : i + 1}</span>
          <span className={css.name}>{t(`connect.step.${step}`)}</span>
          {i < at && <span className="sr">{t('connect.stepDone')}</span>}
        </li>
      ))}
    </ol>
  );
}

/** A step's frame: what is to be done, and why. */
export function StepCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.card} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
