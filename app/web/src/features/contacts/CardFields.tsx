import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { Contact } from '@/api/types';
import { Control } from '@/features/details/Fields';
import type { FieldValue } from '@/features/details/fieldValue';
import { contactQuery } from '@/features/tasks/tasks';
import { useErrorWords } from '@/ui/ErrorNote';
import { formQuery, groupsQuery, likeQuery, shownPhone, useContactSteps, type ContactChange } from './contacts';
import css from './contacts.module.css';

/** What is known of a contact. Each thing is saved when it is left. */
export function CardFields({ contact: c }: { contact: Contact }) {
  const { t } = useTranslation();
  const { data: form } = useQuery({ ...formQuery(c.template_id), enabled: !!c.template_id });
  const { data: groups } = useQuery(groupsQuery);
  const groupList = useId();
  return (
    <>
      <Line contact={c} name={t('contacts.name')} text={c.name} make={(name) => ({ name })} />
      <Labelled name={t('contacts.kind')}>{(id) => <Kind id={id} contact={c} />}</Labelled>
      <Line contact={c} name={t('contacts.emails')} text={c.emails.join(', ')} make={(text) => ({ emails: split(text) })} />
      <Line contact={c} name={t('contacts.phones')} text={c.phones.map(shownPhone).join(', ')} make={(text) => ({ phones: split(text) })} />
      <Line contact={c} name={t('contacts.tags')} text={c.tags.join(', ')} make={(text) => ({ tags: split(text) })} />
      <Line contact={c} name={t('contacts.group')} text={c.group} make={(group) => ({ group })} list={groupList} />
      <datalist id={groupList}>
        {groups?.items.map((g) => (
          <option key={g.id} value={g.name} aria-label={g.name} />
        ))}
      </datalist>
      {c.kind === 'person' && <Company contact={c} />}
      {form?.form.fields?.map((f) => (
        <Custom key={f.key} contact={c} field={f} />
      ))}
    </>
  );
}

function split(text: string): string[] {
  return text.split(/[,;\n]/).map((x) => x.trim()).filter(Boolean);
}

function Labelled({ name, error, children }: { name: string; error?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>{name}</label>
      <div>
        {children(id)}
        {error && (
          <p className={css.error} role="alert">
            {error}
          </p>
        )}
      </div>
    </div>
  );
}

function useChange(c: Contact) {
  const words = useErrorWords();
  const { change } = useContactSteps();
  const error = change.error ? (asApiError(change.error).faults[0]?.message ?? words(change.error)) : undefined;
  return { save: (what: ContactChange) => change.mutate({ id: c.id, change: what }), error };
}

function Line({ contact: c, name, text, make, list }: { contact: Contact; name: string; text: string; make: (text: string) => ContactChange; list?: string }) {
  const { save, error } = useChange(c);
  const [written, setWritten] = useState<string>();
  return (
    <Labelled name={name} error={error}>
      {(id) => (
        <input
          id={id}
          list={list}
          value={written ?? text}
          aria-invalid={!!error || undefined}
          onChange={(event) => setWritten(event.currentTarget.value)}
          onBlur={() => {
            if (written !== undefined && written.trim() !== text) save(make(written.trim()));
            setWritten(undefined);
          }}
          onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
            event.stopPropagation();
            if (event.key === 'Escape') setWritten(undefined);
            if (event.key === 'Enter') event.currentTarget.blur();
          }}
        />
      )}
    </Labelled>
  );
}

function Kind({ id, contact: c }: { id: string; contact: Contact }) {
  const { t } = useTranslation();
  const { save } = useChange(c);
  return (
    <select id={id} value={c.kind} onChange={(event) => save({ kind: event.currentTarget.value as Contact['kind'] })}>
      <option value="person">{t('contacts.one.person')}</option>
      <option value="company">{t('contacts.one.company')}</option>
    </select>
  );
}

function Company({ contact: c }: { contact: Contact }) {
  const { t } = useTranslation();
  const { save, error } = useChange(c);
  const [words, setWords] = useState('');
  const { data: company } = useQuery({ ...contactQuery(c.company_id ?? ''), enabled: !!c.company_id });
  const { data: like } = useQuery(likeQuery(words));
  const found = words.trim().length > 2 ? (like?.items.filter((x) => x.kind === 'company') ?? []) : [];
  return (
    <Labelled name={t('contacts.company')} error={error}>
      {(id) =>
        c.company_id ? (
          <span id={id}>
            <Link to="/contacts/$contactId" params={{ contactId: c.company_id }}>
              {company?.name ?? '…'}
            </Link>{' '}
            <button type="button" className={css.input} onClick={() => save({ company_id: null as never })}>
              {t('contacts.leaveCompany')}
            </button>
          </span>
        ) : (
          <>
            <input id={id} value={words} placeholder={t('contacts.findCompany')} onChange={(event) => setWords(event.currentTarget.value)} />
            {found.map((x) => (
              <button key={x.id} type="button" className={css.input} onClick={() => save({ company_id: x.id })}>
                {x.name}
              </button>
            ))}
          </>
        )
      }
    </Labelled>
  );
}

function Custom({ contact: c, field }: { contact: Contact; field: Parameters<typeof Control>[0]['field'] }) {
  const { save, error } = useChange(c);
  const value = c.fields[field.key] as FieldValue;
  return (
    <Labelled name={field.label} error={error}>
      {(id) => (
        <Control
          key={JSON.stringify(value)}
          id={id}
          field={field}
          value={value}
          invalid={!!error}
          save={(next) => {
            if (JSON.stringify(next ?? null) !== JSON.stringify(value ?? null)) save({ fields: { [field.key]: next } });
          }}
        />
      )}
    </Labelled>
  );
}
