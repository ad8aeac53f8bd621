import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { asApiError } from '@/api/problem';
import { useMe } from '@/features/session/session';
import { fullTime } from '@/i18n/format';
import { CopyOnce } from '@/ui/CopyOnce';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { tokensQuery, useTokenSteps, type Token } from './me';
import css from './Me.module.css';

const lifetimes = ['30', '90', '365', '0'] as const;

/** The tokens by which programs act for somebody. */
export function Tokens() {
  const { t } = useTranslation();
  const me = useMe();
  const failed = useFailureToast();
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = useQuery(tokensQuery);
  const { create, revoke } = useTokenSteps();
  const own = data?.items.filter((x) => x.staff_id === me.id && !x.revoked_at);
  return (
    <section className={css.section} aria-labelledby="me-tokens">
      <div className={css.title}>
        <h2 id="me-tokens">{t('session.mine.tokens')}</h2>
        {!making && (
          <Button size="xs" variant="default" onClick={() => setMaking(true)}>
            {t('session.mine.tokenNew')}
          </Button>
        )}
      </div>
      <p className={css.text}>{t('session.mine.tokensText')}</p>
      {making && (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            const days = Number(form.get('days'));
            create.mutate(
              {
                name: String(form.get('name')),
                acts_as: form.get('acts_as') === 'staff' ? 'staff' : 'bot',
                expires_at: days ? new Date(serverNow() + days * 86_400_000).toISOString() : undefined,
              },
              { onSuccess: () => setMaking(false) },
            );
          }}
        >
          <TextInput
            name="name"
            label={t('session.mine.tokenName')}
            description={t('session.mine.tokenNameHint')}
            autoFocus
            required
            withAsterisk={false}
            maxLength={100}
            error={create.error ? asApiError(create.error).faultAt('name') : undefined}
          />
          <NativeSelect
            name="acts_as"
            label={t('session.mine.tokenActs')}
            data={[
              { value: 'bot', label: t('session.mine.tokenBot') },
              { value: 'staff', label: t('session.mine.tokenStaff') },
            ]}
          />
          <NativeSelect
            name="days"
            label={t('session.mine.tokenExpiry')}
            data={lifetimes.map((days) => ({
              value: days,
              label: days === '0' ? t('session.mine.never') : t('session.mine.days', { count: Number(days) }),
            }))}
          />
          {create.error && <ErrorNote error={create.error} />}
          <div className={css.steps}>
            <Button type="submit" size="xs" loading={create.isPending}>
              {t('session.mine.tokenCreate')}
            </Button>
            <Button type="button" size="xs" variant="default" onClick={() => setMaking(false)}>
              {t('app.cancel')}
            </Button>
          </div>
        </form>
      )}
      {create.data?.token && <CopyOnce value={create.data.token} words={t('session.mine.tokenOnce')} done={() => create.reset()} />}
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      <ul className={css.rows}>
        {own?.map((token) => (
          <TokenRow
            key={token.id}
            token={token}
            busy={revoke.isPending && revoke.variables === token.id}
            revoke={() => revoke.mutate(token.id, { onError: failed, onSuccess: () => toast(t('session.mine.tokenRevoked')) })}
          />
        ))}
      </ul>
    </section>
  );
}

function TokenRow({ token, busy, revoke }: { token: Token; busy: boolean; revoke: () => void }) {
  const { t } = useTranslation();
  const [sure, setSure] = useState(false);
  const ended = token.expires_at && Date.parse(token.expires_at) < serverNow();
  return (
    <li>
      <div className={css.what}>
        <strong>{token.name}</strong>
        <p>
          <code>{token.prefix}…</code> · {token.acts_as === 'bot' ? t('session.mine.tokenBot') : t('session.mine.tokenStaff')} ·{' '}
          {token.last_used_at ? t('session.mine.lastUse', { time: fullTime(token.last_used_at) }) : t('session.mine.neverUsed')}
          {token.expires_at && !ended && ` · ${t('session.mine.expires', { time: fullTime(token.expires_at) })}`}
        </p>
      </div>
      {ended && (
        <Badge tone="warn">
          {t('session.mine.expired')}
        </Badge>
      )}
      <Button size="compact-xs" variant={sure ? 'filled' : 'subtle'} color={sure ? 'red' : undefined} loading={busy} onClick={() => (sure ? revoke() : setSure(true))} onBlur={() => setSure(false)}>
        {sure ? t('session.mine.reallyRevoke') : t('session.mine.revoke')}
      </Button>
    </li>
  );
}
