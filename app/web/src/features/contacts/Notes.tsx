import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isAdmin, useMe } from '@/features/session/session';
import { fullTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { notesQuery, useNoteSteps, type ContactNote } from './contacts';
import css from './contacts.module.css';

/** What staff wrote down about a contact. The contact never sees it. */
export function Notes({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(notesQuery(id));
  const me = useMe();
  const failed = useFailureToast();
  const { add, edit, remove } = useNoteSteps(id); // here and not in a note, which is gone when its deletion is certain
  const deleted = (n: ContactNote) => {
    const again = () => add.mutate(n.text, { onError: failed });
    toast(t('contacts.notes.deleted'), n.author_id === me.id ? { words: t('task.undo'), act: again } : undefined);
  };
  return (
    <section className={css.section} aria-labelledby="contact-notes">
      <h2 id="contact-notes">{t('contacts.notes.title')}</h2>
      <NoteForm label={t('contacts.notes.new')} words={t('contacts.notes.add')} busy={add.isPending} error={add.error} save={(text, done) => add.mutate(text, { onSuccess: done })} />
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {data?.items.map((n) => (
        <OneNote
          key={n.id}
          note={n}
          own={n.author_id === me.id}
          mayDelete={n.author_id === me.id || isAdmin(me)}
          edit={edit}
          remove={() => remove.mutate(n.id, { onError: failed, onSuccess: () => deleted(n) })}
        />
      ))}
    </section>
  );
}

interface NoteProps {
  note: ContactNote;
  own: boolean;
  mayDelete: boolean;
  edit: ReturnType<typeof useNoteSteps>['edit'];
  remove: () => void;
}

function OneNote({ note: n, own, mayDelete, edit, remove }: NoteProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <NoteForm
        label={t('contacts.notes.edit')}
        words={t('contacts.notes.save')}
        text={n.text}
        busy={edit.isPending}
        error={edit.error}
        save={(text, done) =>
          edit.mutate(
            { id: n.id, text },
            {
              onSuccess: () => {
                done();
                setEditing(false);
              },
            },
          )
        }
        cancel={() => setEditing(false)}
      />
    );
  }
  return (
    <article className={css.noteItem}>
      <p>{n.text}</p>
      <small>
        {[n.author, fullTime(n.created_at), n.edited_at && t('contacts.notes.edited')].filter(Boolean).join(' · ')}
        {own && (
          <button type="button" onClick={() => setEditing(true)}>
            {t('contacts.notes.editButton')}
          </button>
        )}
        {mayDelete && (
          <button type="button" onClick={remove}>
            {t('contacts.notes.delete')}
          </button>
        )}
      </small>
    </article>
  );
}

interface FormProps {
  label: string;
  words: string;
  text?: string;
  busy: boolean;
  error: unknown;
  save: (text: string, done: () => void) => void;
  cancel?: () => void;
}

/** Ctrl or Cmd with Enter saves, as in the conversation. */
function NoteForm({ label, words, text: given = '', busy, error, save, cancel }: FormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(given);
  const send = () => text.trim() && save(text.trim(), () => setText(''));
  return (
    <form
      className={css.noteForm}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        aria-label={label}
        placeholder={label}
        rows={text ? 3 : 1}
        maxLength={10000}
        value={text}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- who asks to edit wants to write
        autoFocus={!!cancel}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event: KeyboardEvent) => {
          event.stopPropagation();
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
          if (event.key === 'Escape') cancel?.();
        }}
      />
      {!!error && <ErrorNote error={error} />}
      {(text || cancel) && (
        <div className={css.steps}>
          <Button type="submit" size="xs" loading={busy} disabled={!text.trim()}>
            {words}
          </Button>
          {cancel && (
            <Button type="button" size="xs" variant="default" onClick={cancel}>
              {t('app.cancel')}
            </Button>
          )}
        </div>
      )}
    </form>
  );
}
