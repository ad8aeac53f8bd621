import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { kindsQuery, useConnect } from './channels';
import css from './ConnectForm.module.css';

/** Connects a channel with the token of a page, or of a system user who manages it. */
export function ConnectForm({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const { data: kinds } = useQuery(kindsQuery);
  const connect = useConnect();
  const error = connect.error ? asApiError(connect.error) : null;
  const submit = (form: FormData) =>
    connect.mutate(
      {
        kind: String(form.get('kind')),
        external_id: String(form.get('external_id')).trim(),
        access_token: String(form.get('access_token')).trim(),
      },
      {
        onSuccess: (c) => {
          toast(t('channels.connectedToast', { name: c.display_name || c.name }));
          done();
        },
      },
    );
  return (
    <form
      className={css.form}
      aria-label={t('channels.connect')}
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
    >
      <h2>{t('channels.connect')}</h2>
      <p className={css.hint}>{t('channels.connectHint')}</p>
      <fieldset className={css.kinds}>
        <legend>{t('channels.kind')}</legend>
        {kinds?.items.map((k, i) => (
          <label key={k.kind}>
            <input type="radio" name="kind" value={k.kind} defaultChecked={i === 0} /> {k.name}
          </label>
        ))}
      </fieldset>
      <TextInput
        name="external_id"
        label={t('channels.pageId')}
        description={t('channels.pageIdHint')}
        required
        withAsterisk={false}
        autoComplete="off"
        error={error?.faultAt('external_id')}
      />
      <PasswordInput
        name="access_token"
        label={t('channels.token')}
        description={t('channels.tokenHint')}
        required
        withAsterisk={false}
        autoComplete="off"
        error={error?.faultAt('access_token')}
        visibilityToggleButtonProps={{ 'aria-label': t('channels.showToken') }}
      />
      {error && <ErrorNote error={error} />}
      <div className={css.steps}>
        <Button type="submit" size="xs" loading={connect.isPending}>
          {t('channels.connectNow')}
        </Button>
        <Button type="button" size="xs" variant="default" onClick={done}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  );
}
