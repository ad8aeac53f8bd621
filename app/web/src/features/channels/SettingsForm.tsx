import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { SaveBar } from '@/ui/SaveBar';
import { toast } from '@/ui/toast';
import { useChannelSteps, type Channel, type ChannelSettings, type Kind } from './channels';
import { grouped } from './groups';
import { SettingField } from './SettingField';
import { WhatIf } from './WhatIf';
import css from './ChannelScreen.module.css';

/** What becomes of what comes in: the form that the kind describes, with what each choice means. */
export function SettingsForm({ channel: c, kind, admin }: { channel: Channel; kind: Kind; admin: boolean }) {
  const { t } = useTranslation();
  const [changes, setChanges] = useState<Partial<ChannelSettings>>({});
  const { change } = useChannelSteps(c.id);
  const settings = { ...c.settings, ...changes } as Record<string, unknown>;
  const error = change.error ? asApiError(change.error) : null;
  const set = (key: string, value: unknown) =>
    setChanges((before) => {
      const next: Record<string, unknown> = { ...before, [key]: value };
      if (JSON.stringify(value ?? null) === JSON.stringify((c.settings as Record<string, unknown>)[key] ?? null)) delete next[key];
      return next;
    });
  const count = Object.keys(changes).length;
  const save = () =>
    change.mutate(
      { settings: changes },
      {
        onSuccess: () => {
          setChanges({});
          toast(t('channel.settings.saved'));
        },
      },
    );
  return (
    <form
      aria-label={t('channel.settings.title')}
      className={css.settings}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {grouped(kind.settings).map(({ group, fields }) => (
        <section key={group} className={css.card} aria-labelledby={`settings-${group}`}>
          <h2 id={`settings-${group}`}>{t(`channel.group.${group}`)}</h2>
          {fields
            .filter((f) => group !== 'comments' || f.key === 'comments' || settings.comments === true)
            .map((f) => (
              <SettingField
                key={f.key}
                field={f}
                value={settings[f.key]}
                set={(value) => set(f.key, value)}
                disabled={!admin}
                error={error?.faultAt(`settings.${f.key}`)}
              />
            ))}
          {admin && group === 'rule' && <WhatIf channelId={c.id} of="messages" newTask={String(settings.new_task)} scope={String(settings.active_scope)} />}
          {admin && group === 'comments' && settings.comments === true && (
            <WhatIf channelId={c.id} of="comments" newTask={String(settings.comment_new_task)} scope={String(settings.comment_scope)} />
          )}
          {group === 'leads' && settings.leads === true && (
            <p>
              <Link to="/settings/lead-forms" search={{ channel: c.id }}>
                {t('channel.leadForms')}
              </Link>
            </p>
          )}
        </section>
      ))}
      <SaveBar count={count} saving={change.isPending} error={error} discard={() => setChanges({})} />
    </form>
  );
}
