import { useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { Task } from '@/api/types';
import { ContactPick } from '@/features/contacts/ContactPick';
import { staffQuery, useChangeTask } from '@/features/tasks/tasks';
import type { Field } from '@/features/tasks/templates';
import { useErrorWords } from '@/ui/ErrorNote';
import { fieldText, fieldValue, type FieldValue } from './fieldValue';
import css from './Fields.module.css';

/** The task's own fields, in the order of its template's form. Each is saved when it is left. */
export function Fields({ task, fields }: { task: Task; fields: Field[] }) {
  return (
    <div className={css.fields}>
      {fields.map((f) => (
        <FieldRow key={f.key} task={task} field={f} />
      ))}
    </div>
  );
}

function FieldRow({ task, field }: { task: Task; field: Field }) {
  const { t } = useTranslation();
  const id = useId();
  const words = useErrorWords();
  const change = useChangeTask(task.id);
  const value = task.fields[field.key] as FieldValue;
  const save = (next: FieldValue) => {
    if (JSON.stringify(next ?? null) === JSON.stringify(value ?? null)) return;
    change.mutate({ change: { fields: { [field.key]: next } }, guess: { fields: { ...task.fields, [field.key]: next } } });
  };
  const error = change.error ? (asApiError(change.error).faults[0]?.message ?? words(change.error)) : undefined;
  return (
    <div className={css.field}>
      <label htmlFor={id}>
        {field.label}
        {field.required && <span title={t('field.required')}> *</span>}
      </label>
      <div>
        <Control key={JSON.stringify(value)} id={id} field={field} value={value} save={save} invalid={!!error} />
        {error ? (
          <p className={css.error} role="alert">
            {error}
          </p>
        ) : (
          field.help && <p className={css.help}>{field.help}</p>
        )}
      </div>
    </div>
  );
}

interface ControlProps {
  id: string;
  field: Field;
  value: FieldValue;
  save: (next: FieldValue) => void;
  invalid: boolean;
}

/** The input of a field, by its type. */
export function Control(props: ControlProps) {
  const { t } = useTranslation();
  const { id, field, value, save } = props;
  switch (field.type) {
    case 'yes_no':
      return (
        <input id={id} type="checkbox" checked={value === true} onChange={(event) => save(event.currentTarget.checked)} />
      );
    case 'choice':
      return (
        <select id={id} value={(value as string) ?? ''} onChange={(event) => save(event.currentTarget.value || null)}>
          <option value="">{t('field.none')}</option>
          {field.choices?.map((c) => (
            <option key={c.key} value={c.key}>
              {c.label}
            </option>
          ))}
        </select>
      );
    case 'multi_choice':
      return <Many {...props} />;
    case 'staff':
      return <StaffChoice {...props} />;
    case 'contact':
      return <ContactChoice {...props} />;
  }
  return <Line {...props} />;
}

const inputTypes: Record<string, string> = {
  date: 'date',
  date_time: 'datetime-local',
  email: 'email',
  phone: 'tel',
  link: 'url',
};

/** A field that is written; left with Escape, it is as it was. */
function Line({ id, field, value, save, invalid }: ControlProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(fieldText(field, value));
  const common = {
    id,
    value: text,
    'aria-invalid': invalid || undefined,
    onBlur: () => save(fieldValue(field, text)),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      event.stopPropagation();
      if (event.key === 'Escape') setText(fieldText(field, value));
      if (event.key === 'Enter' && field.type !== 'long_text') event.currentTarget.blur();
    },
  };
  if (field.type === 'long_text') {
    return <textarea {...common} rows={3} onChange={(event) => setText(event.currentTarget.value)} />;
  }
  return (
    <span className={css.line}>
    <input
      {...common}
      type={inputTypes[field.type] ?? 'text'}
      inputMode={field.type === 'number' || field.type === 'money' ? 'decimal' : undefined}
      placeholder={field.type === 'money' ? field.currency : undefined}
      onChange={(event) => setText(event.currentTarget.value)}
    />
    {field.type === 'link' && typeof value === 'string' && /^https?:/.test(value) && (
      <a href={value} target="_blank" rel="noopener noreferrer nofollow">
        {t('details.openLink')}
      </a>
    )}
    </span>
  );
}

function Many({ id, field, value, save }: ControlProps) {
  const chosen = Array.isArray(value) ? value : [];
  return (
    <fieldset id={id} className={css.many}>
      <legend className="sr">{field.label}</legend>
      {field.choices?.map((c) => (
        <label key={c.key}>
          <input
            type="checkbox"
            checked={chosen.includes(c.key)}
            onChange={(event) => save(event.currentTarget.checked ? [...chosen, c.key] : chosen.filter((k) => k !== c.key))}
          />
          {c.label}
        </label>
      ))}
    </fieldset>
  );
}

function StaffChoice({ id, value, save }: ControlProps) {
  const { t } = useTranslation();
  const { data } = useQuery(staffQuery);
  return (
    <select id={id} value={(value as string) ?? ''} onChange={(event) => save(event.currentTarget.value || null)}>
      <option value="">{t('field.none')}</option>
      {data?.items.map((s) => (
        <option key={s.id} value={s.id}>
          {s.name}
        </option>
      ))}
    </select>
  );
}

/** A contact, found by name, e-mail or phone number. */
function ContactChoice({ id, field, value, save }: ControlProps) {
  return <ContactPick id={id} label={field.label} value={(value as string) ?? ''} save={(next) => save(next || null)} />;
}
