import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { components } from '@/api/schema';
import { ErrorNote } from '@/ui/ErrorNote';
import { factorQuery, useFactorSteps } from './me';
import { RecoveryCodes } from './RecoveryCodes';
import css from './Me.module.css';

type Enrolment = components['schemas']['Enrolment'];

/** Sets up the second factor: the password, the picture for the app, a code of it, and the recovery codes. */
export function Enrol({ done, leave }: { done: () => void; leave?: () => void }) {
  const { t } = useTranslation();
  const { data: factor } = useQuery(factorQuery);
  const { begin, confirm } = useFactorSteps();
  const [codes, setCodes] = useState<string[] | null>(null);
  if (codes) return <RecoveryCodes codes={codes} done={done} />;
  const failure = confirm.error ?? begin.error;
  const error = failure ? asApiError(failure) : null;
  const cancel = leave && (
    <Button type="button" size="xs" variant="default" onClick={leave}>
      {t('app.cancel')}
    </Button>
  );
  if (!begin.data) {
    return (
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          const password = new FormData(event.currentTarget).get('password');
          begin.mutate(password ? String(password) : undefined);
        }}
      >
        {factor?.password && (
          <PasswordInput
            name="password"
            label={t('session.password')}
            description={t('session.mine.factorPassword')}
            autoComplete="current-password"
            autoFocus
            required
            withAsterisk={false}
            error={error?.faultAt('password')}
            visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
          />
        )}
        {error && !error.faultAt('password') && <ErrorNote error={error} />}
        <div className={css.steps}>
          <Button type="submit" size="xs" loading={begin.isPending}>
            {t('session.mine.factorBegin')}
          </Button>
          {cancel}
        </div>
      </form>
    );
  }
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate(String(new FormData(event.currentTarget).get('code')), { onSuccess: setCodes });
      }}
    >
      <p className={css.text}>{t('session.mine.factorScan')}</p>
      <div className={css.scan}>
        <Picture of={begin.data} label={t('session.mine.factorPicture')} />
        <div>
          <p className={css.text}>{t('session.mine.factorSecret')}</p>
          <code className={css.secret}>{begin.data.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
        </div>
      </div>
      <TextInput
        name="code"
        label={t('session.code')}
        description={t('session.mine.factorCode')}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        required
        withAsterisk={false}
        maxLength={8}
        error={error?.faultAt('code')}
      />
      {error && !error.faultAt('code') && <ErrorNote error={error} />}
      <div className={css.steps}>
        <Button type="submit" size="xs" loading={confirm.isPending}>
          {t('session.mine.factorConfirm')}
        </Button>
        {cancel}
      </div>
    </form>
  );
}

/** The picture is dark on white in both schemes: apps read no other. */
function Picture({ of: e, label }: { of: Enrolment; label: string }) {
  const edge = 4;
  return (
    <svg className={css.picture} role="img" aria-label={label} viewBox={`${-edge} ${-edge} ${e.size + 2 * edge} ${e.size + 2 * edge}`}>
      <path d={e.path} shapeRendering="crispEdges" />
    </svg>
  );
}
