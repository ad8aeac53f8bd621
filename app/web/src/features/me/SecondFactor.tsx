import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { fullTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { Enrol } from './Enrol';
import { factorQuery, useFactorSteps } from './me';
import { RecoveryCodes } from './RecoveryCodes';
import css from './Me.module.css';

type Doing = 'enrol' | 'renew' | 'disable';

/** The second factor: whether there is one, and what can be done with it. */
export function SecondFactor() {
  const { t } = useTranslation();
  const { data: factor, error } = useQuery(factorQuery);
  const [doing, setDoing] = useState<Doing | null>(null);
  const { refresh } = useFactorSteps();
  const leave = () => setDoing(null);
  return (
    <section className={css.section} aria-labelledby="me-factor">
      <div className={css.title}>
        <h2 id="me-factor">{t('session.mine.factor')}</h2>
        {factor && (
          <Badge tone={factor.enabled ? 'good' : undefined}>
            {factor.enabled ? t('session.mine.factorOn') : t('session.mine.factorOff')}
          </Badge>
        )}
        {factor && !factor.enabled && !doing && (
          <Button size="xs" onClick={() => setDoing('enrol')}>
            {t('session.mine.factorSetUp')}
          </Button>
        )}
      </div>
      {error && <ErrorNote error={error} />}
      {!factor?.enabled && doing !== 'enrol' && <p className={css.text}>{t('session.mine.factorWhy')}</p>}
      {doing === 'enrol' && (
        <Enrol
          leave={leave}
          done={() => {
            leave();
            void refresh();
          }}
        />
      )}
      {factor?.enabled && (
        <p className={css.text}>
          {t('session.mine.factorSince', { time: fullTime(factor.since!) })}{' '}
          {t('session.mine.codesLeft', { count: factor.recovery_codes })}
        </p>
      )}
      {factor?.enabled && !doing && (
        <div className={css.steps}>
          <Button size="xs" variant="default" onClick={() => setDoing('renew')}>
            {t('session.mine.codesRenew')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setDoing('disable')}>
            {t('session.mine.factorDisable')}
          </Button>
        </div>
      )}
      {factor && (doing === 'renew' || doing === 'disable') && <Proved doing={doing} password={factor.password} leave={leave} />}
    </section>
  );
}

/** What takes password and code. */
function Proved({ doing, password, leave }: { doing: 'renew' | 'disable'; password: boolean; leave: () => void }) {
  const { t } = useTranslation();
  const { renew, disable } = useFactorSteps();
  const [codes, setCodes] = useState<string[] | null>(null);
  const thrown = renew.error ?? disable.error;
  const error = thrown ? asApiError(thrown) : null;
  if (codes) return <RecoveryCodes codes={codes} done={leave} />;
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const body = { password: password ? String(form.get('password')) : undefined, code: String(form.get('code')) };
        if (doing === 'renew') renew.mutate(body, { onSuccess: setCodes });
        else
          disable.mutate(body, {
            onSuccess: () => {
              toast(t('session.mine.factorGone'));
              leave();
            },
          });
      }}
    >
      {password && (
        <PasswordInput
          name="password"
          label={t('session.password')}
          autoComplete="current-password"
          autoFocus
          required
          withAsterisk={false}
          error={error?.faultAt('password')}
          visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
        />
      )}
      <TextInput
        name="code"
        label={t('session.code')}
        description={t('session.mine.codeOrRecovery')}
        autoComplete="one-time-code"
        required
        withAsterisk={false}
        maxLength={24}
        error={error?.faultAt('code')}
      />
      {error && error.faults.length === 0 && <ErrorNote error={error} />}
      <div className={css.steps}>
        <Button type="submit" size="xs" color={doing === 'disable' ? 'red' : undefined} loading={renew.isPending || disable.isPending}>
          {doing === 'renew' ? t('session.mine.codesRenew') : t('session.mine.factorDisable')}
        </Button>
        <Button type="button" size="xs" variant="default" onClick={leave}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  );
}
