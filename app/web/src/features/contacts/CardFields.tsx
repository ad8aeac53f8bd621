import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { Contact } from '@/api/types';
import { Control } from '@/features/details/Fields';
import type { FieldValue } from '@/features/details/fieldValue';
import { useErrorWords } from '@/ui/ErrorNote';
import { IconClose } from '@/ui/icons';
import { ContactPick } from './ContactPick';
import { contactTagsQuery, formQuery, groupsQuery, shownPhone, useContactSteps, type ContactChange } from './contacts';
import css from './contacts.module.css';

/** What is known of a contact. Each thing is saved when it is left. */
export function CardFields({ contact: c }: { contact: Contact }) {
  const { t } = useTranslation();
  const { data: form } = useQuery({ ...formQuery(c.template_id), enabled: !!c.template_id });
  const { data: groups } = useQuery(groupsQuery);
  // A company made without a template of its own has the form of people; what is empty of that does not concern it.
  const fields = form?.form.fields?.filter((f) => form.kind === c.kind || c.fields[f.key] !== undefined) ?? [];
  const groupList = useId();
  return (
    <>
      <Line contact={c} name={t('contacts.name')} text={c.name} make={(name) => ({ name })} />
      <Labelled name={t('contacts.kind')}>{(id) => <Kind id={id} contact={c} />}</Labelled>
      <Line contact={c} name={t('contacts.emails')} text={c.emails.join(', ')} make={(text) => ({ emails: split(text) })} />
      <Line contact={c} name={t('contacts.phones')} text={c.phones.map(shownPhone).join(', ')} make={(text) => ({ phones: split(text) })} />
      <Tags contact={c} />
      <Line contact={c} name={t('contacts.group')} text={c.group} make={(group) => ({ group })} list={groupList} />
      <datalist id={groupList}>
        {groups?.items.map((g) => (
          <option key={g.id} value={g.name} aria-label={g.name} />
        ))}
      </datalist>
      {c.kind === 'person' && <Company contact={c} />}
      {fields.length > 0 && <h2 className={css.subhead}>{t('contacts.ownFields')}</h2>}
      {fields.map((f) => (
        <Custom key={f.key} contact={c} field={f} />
      ))}
    </>
  );
}

function split(text: string): string[] {
  return text.split(/[,;\n]/).map((x) => x.trim()).filter(Boolean);
}

interface LabelledProps {
  name: string;
  error?: string;
  help?: string;
  required?: boolean;
  children: (id: string) => ReactNode;
}

function Labelled({ name, error, help, required, children }: LabelledProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={css.field}>
      <label htmlFor={id}>
        {name}
        {required && <span title={t('field.required')}> *</span>}
      </label>
      <div>
        {children(id)}
        {error ? (
          <p className={css.error} role="alert">
            {error}
          </p>
        ) : (
          help && <p className={css.help}>{help}</p>
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

/** Each tag leads to those who have it too. */
function Tags({ contact: c }: { contact: Contact }) {
  const { t } = useTranslation();
  const { save, error } = useChange(c);
  const { data } = useQuery(contactTagsQuery);
  const [text, setText] = useState('');
  const known = useId();
  const add = () => {
    const more = split(text).filter((x) => !c.tags.includes(x));
    if (more.length > 0) save({ tags: [...c.tags, ...more] });
    setText('');
  };
  return (
    <Labelled name={t('contacts.tags')} error={error}>
      {(id) => (
        <div className={css.tagLine}>
          {c.tags.map((tag) => (
            <span key={tag} className={css.chip}>
              <Link to="/contacts" search={{ tag }}>
                {tag}
              </Link>
              <button type="button" aria-label={t('contacts.removeTag', { tag })} onClick={() => save({ tags: c.tags.filter((x) => x !== tag) })}>
                <IconClose size={12} />
              </button>
            </span>
          ))}
          <input
            id={id}
            list={known}
            value={text}
            placeholder={t('contacts.addTag')}
            onChange={(event) => setText(event.currentTarget.value)}
            onBlur={add}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === 'Enter') add();
              if (event.key === 'Escape') setText('');
            }}
          />
          <datalist id={known}>
            {data?.items
              .filter((x) => !c.tags.includes(x.name))
              .map((x) => (
                <option key={x.name} value={x.name} aria-label={x.name} />
              ))}
          </datalist>
        </div>
      )}
    </Labelled>
  );
}

function Company({ contact: c }: { contact: Contact }) {
  const { t } = useTranslation();
  const { save, error } = useChange(c);
  return (
    <Labelled name={t('contacts.company')} error={error}>
      {(id) => (
        <>
          <ContactPick
            id={id}
            label={t('contacts.company')}
            kind="company"
            without={c.id}
            value={c.company_id ?? ''}
            none={t('contacts.noCompany')}
            save={(company) => save({ company_id: (company || null) as never })}
          />
          {c.company_id && (
            <Link to="/contacts/$contactId" params={{ contactId: c.company_id }} className={css.open}>
              {t('contacts.openCompany')}
            </Link>
          )}
        </>
      )}
    </Labelled>
  );
}

function Custom({ contact: c, field }: { contact: Contact; field: Parameters<typeof Control>[0]['field'] }) {
  const { save, error } = useChange(c);
  const value = c.fields[field.key] as FieldValue;
  return (
    <Labelled name={field.label} error={error} help={field.help} required={field.required}>
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
