import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { Contact } from '@/api/types';
import { useKindNames } from '@/features/channels/channels';
import { isAdmin, useMe } from '@/features/session/session';
import { contactQuery } from '@/features/tasks/tasks';
import { fullTime, shortTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { CardFields } from './CardFields';
import { historyQuery, membersQuery, mergersQuery, tasksOfQuery, timelineQuery, useContactSteps } from './contacts';
import { EraseDialog } from './EraseDialog';
import { HeadActions } from '@/app/HeadActions';
import { ScreenHead } from '@/app/ScreenHead';
import { ContactPick } from './ContactPick';
import { MergeDialog } from './MergeDialog';
import { Notes } from './Notes';
import { Portrait } from './Portrait';
import css from './contacts.module.css';

/** Everything of one contact. */
export function ContactScreen() {
  const { t } = useTranslation();
  const { contactId } = useParams({ from: '/signed-in/contacts/$contactId' });
  const { data: c, error, refetch } = useQuery(contactQuery(contactId));
  const elsewhere = error ? asApiError(error).contactId : '';
  if (elsewhere) return <Navigate to="/contacts/$contactId" params={{ contactId: elsewhere }} replace />;
  if (!c) {
    return (
      <div className={css.screen}>
        <ScreenHead title={t('contacts.title')} />
        <div className={css.body}>{error ? <ErrorNote error={error} retry={() => void refetch()} /> : <p role="status">{t('app.loading')}</p>}</div>
      </div>
    );
  }
  return <Card key={c.id} contact={c} />;
}

function Card({ contact: c }: { contact: Contact }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const [open, setOpen] = useState<'merge' | 'erase'>();
  return (
    <div className={css.screen}>
      <ScreenHead title={c.erased_at ? t('contacts.erased') : c.name || t('tasks.nobody')} back={{ to: '/contacts', label: t('contacts.all') }}>
        {!c.erased_at && (
          <HeadActions
            actions={[
              { label: t('contacts.merge.button'), run: () => setOpen('merge') },
              ...(admin
                ? [
                    { label: t('contacts.exportOne'), file: { href: `/api/v1/contacts/${c.id}/export`, name: 'contact.json' } },
                    { label: t('contacts.erase.button'), run: () => setOpen('erase'), danger: true },
                  ]
                : []),
            ]}
          />
        )}
      </ScreenHead>
      <div className={css.body}>
        {c.erased_at ? (
          <p className={css.note}>{t('contacts.erasedAt', { time: fullTime(c.erased_at) })}</p>
        ) : (
          <div className={css.columns}>
            <div className={css.side}>
              <Head contact={c} />
              <CardFields contact={c} />
              <Identities contact={c} />
              <Mergers id={c.id} />
            </div>
            <div>
              <Notes id={c.id} />
              {c.kind === 'company' && <Members id={c.id} />}
              <Tasks id={c.id} />
              <Timeline id={c.id} />
              {admin && <History id={c.id} />}
            </div>
          </div>
        )}
      </div>
      {open === 'merge' && <MergeDialog contact={c} close={() => setOpen(undefined)} />}
      {open === 'erase' && <EraseDialog contact={c} close={() => setOpen(undefined)} />}
    </div>
  );
}

/** Who it is at a glance. */
function Head({ contact: c }: { contact: Contact }) {
  const { t } = useTranslation();
  return (
    <div className={css.who}>
      <Portrait contact={c} size={56} />
      <div>
        <strong>{c.name || t('tasks.nobody')}</strong>
        <small>
          {t(`contacts.one.${c.kind}`)}
          {' · '}
          {c.last_contact_at ? t('contacts.lastContact', { time: shortTime(c.last_contact_at) }) : t('contacts.noContact')}
        </small>
      </div>
    </div>
  );
}

function Identities({ contact: c }: { contact: Contact }) {
  const { t } = useTranslation();
  const kinds = useKindNames();
  if (c.identities.length === 0) return null;
  return (
    <section className={css.section}>
      <h2>{t('contacts.identities')}</h2>
      {c.identities.map((x) => (
        <div key={x.id} className={css.item}>
          {kinds(x.kind)}: {x.name || x.external_id}
          {x.last_message_at && <small>{t('contacts.lastWrote', { time: fullTime(x.last_message_at) })}</small>}
          <small>{x.unreachable || (x.window_until ? t('contacts.window', { time: fullTime(x.window_until) }) : t('contacts.neverWrote'))}</small>
        </div>
      ))}
    </section>
  );
}

function Mergers({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(mergersQuery(id));
  const { unmerge } = useContactSteps();
  const failed = useFailureToast();
  const last = data?.items[0];
  if (!last) return null;
  return (
    <section className={css.section}>
      <h2>{t('contacts.merge.mergers')}</h2>
      {data.items.map((m) => (
        <div key={m.id} className={css.item}>
          {m.other.name || t('tasks.nobody')}
          <small>{t('contacts.merge.by', { name: m.merged_by, time: fullTime(m.merged_at) })}</small>
        </div>
      ))}
      <Button
        size="xs"
        variant="default"
        loading={unmerge.isPending}
        onClick={() => unmerge.mutate(id, { onSuccess: () => toast(t('contacts.merge.undone')), onError: failed })}
      >
        {t('contacts.merge.undo', { name: last.other.name })}
      </Button>
    </section>
  );
}

/** The people of a company; the company is on the card of each. */
function Members({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(membersQuery(id));
  const { change } = useContactSteps();
  const failed = useFailureToast();
  return (
    <section className={css.section} aria-labelledby="contact-members">
      <h2 id="contact-members">{t('contacts.members')}</h2>
      {data?.items.length === 0 && <p className={css.muted}>{t('contacts.noMembers')}</p>}
      {data?.items.map((c) => (
        <div key={c.id} className={css.line}>
          <Portrait contact={c as Contact} size={24} />
          <Link to="/contacts/$contactId" params={{ contactId: c.id }}>
            {c.name || t('tasks.nobody')}
          </Link>
          <small>{c.emails[0] ?? c.phones[0]}</small>
          <Button size="compact-xs" variant="subtle" onClick={() => change.mutate({ id: c.id, change: { company_id: null as never } }, { onError: failed })}>
            {t('contacts.leaveCompany')}
          </Button>
        </div>
      ))}
      <ContactPick
        label={t('contacts.addMember')}
        none={t('contacts.addMember')}
        kind="person"
        value=""
        save={(person) => person && change.mutate({ id: person, change: { company_id: id } }, { onError: failed })}
      />
    </section>
  );
}

function Tasks({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(tasksOfQuery(id));
  const tasks = data?.items.toSorted((a, b) => Number(a.status.category === 'resolved') - Number(b.status.category === 'resolved'));
  return (
    <section className={css.section}>
      <h2>{t('nav.tasks')}</h2>
      {tasks?.length === 0 && <p className={css.muted}>{t('contacts.noTasks')}</p>}
      {tasks?.map((task) => (
        <Link key={task.id} to="/tasks/$taskId" params={{ taskId: task.id }} search={{ contact: id }} className={css.item}>
          {`#${task.number} ${task.title}`}
          <small>{`${task.status.name} · ${shortTime(task.last_comment_at)}`}</small>
        </Link>
      ))}
      {data?.next_cursor && (
        <Link to="/tasks" search={{ contact: id }} className={css.open}>
          {t('contact.allTasks')}
        </Link>
      )}
    </section>
  );
}

function Timeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(timelineQuery(id));
  return (
    <section className={css.section}>
      <h2>{t('contacts.timeline')}</h2>
      {data?.items.length === 0 && <p className={css.muted}>{t('contacts.noTimeline')}</p>}
      {data?.items.map((c) => (
        <Link key={c.id} to="/tasks/$taskId" params={{ taskId: c.task_id }} search={{ contact: id }} className={css.item}>
          {c.text || '…'}
          <small>{[c.author.name, c.visibility === 'internal' && t('conversation.internal'), fullTime(c.occurred_at)].filter(Boolean).join(' · ')}</small>
        </Link>
      ))}
    </section>
  );
}

const told = ['contact.created', 'contact.changed', 'contact.merged', 'contact.unmerged', 'contact.exported', 'contact.distinguished', 'contact.note_added', 'contact.note_changed', 'contact.note_deleted'] as const;

function History({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(historyQuery(id));
  return (
    <details className={css.section}>
      <summary>{t('contacts.history')}</summary>
      {data?.items.map((e) => (
        <p key={e.id} className={css.muted}>
          {told.includes(e.action as (typeof told)[number]) ? t(`contacts.did.${e.action.slice(8) as 'created'}`) : e.action}
          {` · ${e.actor_name} · ${fullTime(e.at)}`}
        </p>
      ))}
    </details>
  );
}
