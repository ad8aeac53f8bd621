import { Switch, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { PartyPicker } from '@/features/details/PartyPicker';
import { templatesQuery } from '@/features/tasks/templates';
import { staffQuery, teamsQuery } from '@/features/tasks/tasks';
import type { KindSetting } from './channels';
import css from './ChannelScreen.module.css';

interface Props {
  field: KindSetting;
  value: unknown;
  set: (value: unknown) => void;
  disabled: boolean;
  error?: string;
}

/** One setting, as its type wants, with what its value means in practice. */
export function SettingField(props: Props) {
  const { field: f, value, set, disabled, error } = props;
  const means = useMeaning(f, value);
  const id = `setting-${f.key}`;
  if (f.type === 'yes_no') {
    return (
      <Switch
        label={f.label}
        description={means || f.help}
        checked={value === true}
        disabled={disabled}
        error={error}
        onChange={(event) => set(event.currentTarget.checked)}
      />
    );
  }
  if (f.type === 'choice' && f.choices?.some((c) => typeof c.value === 'string')) return <Cards {...props} />;
  return (
    <div className={css.field}>
      {f.type !== 'number' && f.type !== 'assignees' && <label htmlFor={id}>{f.label}</label>}
      {f.type === 'assignees' && <span className={css.label}>{f.label}</span>}
      {f.type !== 'number' && <p className={css.help}>{f.help}</p>}
      {f.type === 'choice' && (
        <select id={id} className={css.select} value={String(value)} disabled={disabled} onChange={(event) => set(Number(event.currentTarget.value))}>
          {f.choices?.map((c) => (
            <option key={String(c.value)} value={String(c.value)}>
              {c.label}
            </option>
          ))}
        </select>
      )}
      {f.type === 'number' && (
        <TextInput
          className={css.days}
          label={f.label}
          description={f.help}
          type="number"
          inputMode="numeric"
          min={f.min}
          max={f.max}
          value={String(value)}
          disabled={disabled}
          onChange={(event) => set(Math.max(0, Math.trunc(Number(event.currentTarget.value))))}
        />
      )}
      {(f.type === 'object_template' || f.type === 'contact_template') && (
        <TemplateChoice id={id} contacts={f.type === 'contact_template'} value={value as string | null} set={set} disabled={disabled} />
      )}
      {f.type === 'assignees' && <Assignees {...props} />}
      {means && <p className={css.means}>{means}</p>}
      {error && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** What a value means in practice; empty for settings of a kind that the screens do not know. */
function useMeaning(f: KindSetting, value: unknown): string {
  const { t } = useTranslation();
  const words = (name: string, count?: number) => t(`channel.means.${f.key}_${name}`, { defaultValue: '', count });
  if (f.type === 'number') return Number(value) === 0 ? words('never') : words('days', Number(value));
  if (f.type === 'yes_no') return words(value === true ? 'yes' : 'no');
  if (f.type === 'choice') return typeof value === 'number' ? words('n', value) : words(String(value));
  if (f.type === 'assignees') return words(Array.isArray(value) && value.length > 0 ? 'some' : 'nobody');
  return '';
}

/** Few choices that matter: each with what it leads to. */
function Cards({ field: f, value, set, disabled, error }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className={css.cards} aria-describedby={`setting-${f.key}-help`}>
      <legend>{f.label}</legend>
      <p className={css.help} id={`setting-${f.key}-help`}>
        {f.help}
      </p>
      {f.choices?.map((c) => (
        <div key={String(c.value)} className={css.choice} data-chosen={c.value === value || undefined}>
          <input
            type="radio"
            id={`setting-${f.key}-${String(c.value)}`}
            name={f.key}
            checked={c.value === value}
            disabled={disabled}
            aria-describedby={`setting-${f.key}-${String(c.value)}-means`}
            onChange={() => set(c.value)}
          />
          <label htmlFor={`setting-${f.key}-${String(c.value)}`}>{c.label}</label>
          <small id={`setting-${f.key}-${String(c.value)}-means`}>{t(`channel.means.${f.key}_${String(c.value)}`, { defaultValue: '' })}</small>
        </div>
      ))}
      {error && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** The account's contact templates. */
const contactTemplatesQuery = queryOptions({
  queryKey: ['get', '/contact-templates'] as const,
  queryFn: async ({ signal }) => (await api.GET('/contact-templates', { params: { query: { limit: 200 } }, signal })).data!,
});

/** A template, or none: then the one that stands in for it. */
export function TemplateChoice(props: {
  id: string;
  contacts: boolean;
  value: string | null;
  set: (value: string | null) => void;
  disabled?: boolean;
  none?: string;
}) {
  const { t } = useTranslation();
  const objects = useQuery({ ...templatesQuery, enabled: !props.contacts });
  const contacts = useQuery({ ...contactTemplatesQuery, enabled: props.contacts });
  const list = (props.contacts ? contacts.data : objects.data)?.items ?? [];
  return (
    <select
      id={props.id}
      className={css.select}
      value={props.value ?? ''}
      disabled={props.disabled}
      onChange={(event) => props.set(event.currentTarget.value || null)}
    >
      <option value="">{props.none ?? t('channel.standardTemplate')}</option>
      {list.map((x) => (
        <option key={x.id} value={x.id}>
          {x.name}
        </option>
      ))}
    </select>
  );
}

function Assignees({ field: f, value, set, disabled }: Props) {
  return <PartyChoice name={f.label} value={(value as string[] | undefined) ?? []} set={set} disabled={disabled} />;
}

/** Staff and teams, by their ids. */
export function PartyChoice({ name, value, set, disabled }: { name: string; value: string[]; set: (ids: string[]) => void; disabled?: boolean }) {
  const { t } = useTranslation();
  const { data: staff } = useQuery(staffQuery);
  const { data: teams } = useQuery(teamsQuery);
  const chosen = value.map((id) => {
    const team = teams?.items.find((x) => x.id === id);
    const person = staff?.items.find((x) => x.id === id);
    return { id, kind: team ? ('team' as const) : ('staff' as const), name: team?.name ?? person?.name ?? t('channel.gone') };
  });
  if (disabled) return <p>{chosen.map((c) => c.name).join(', ') || t('channel.nobody')}</p>;
  return (
    <div className={css.party}>
      <PartyPicker chosen={chosen} choose={(list) => set(list.map((p) => p.id))} teams name={name} empty={t('channel.nobody')} />
    </div>
  );
}
