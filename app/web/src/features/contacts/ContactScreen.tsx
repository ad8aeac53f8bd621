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
import { ScreenHead } from '@/app/ScreenHead';
import { MergeDialog } from './MergeDialog';
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
      <ScreenHead title={c.erased_at ? t('contacts.erased') : c.name || t('tasks.nobody')}>
        <Button component={Link} to="/contacts" size="xs" variant="default">
          {t('contacts.all')}
        </Button>
        {!c.erased_at && (
          <>
            <Button size="xs" variant="default" onClick={() => setOpen('merge')}>
              {t('contacts.merge.button')}
            </Button>
            {admin && (
              <>
                <Button component="a" href={`/api/v1/contacts/${c.id}/export`} download="contact.json" size="xs" variant="default">
                  {t('contacts.exportOne')}
                </Button>
                <Button size="xs" variant="default" color="red" onClick={() => setOpen('erase')}>
                  {t('contacts.erase.button')}
                </Button>
              </>
            )}
          </>
        )}
      </ScreenHead>
      <div className={css.body}>
        {c.erased_at ? (
          <p className={css.note}>{t('contacts.erasedAt', { time: fullTime(c.erased_at) })}</p>
        ) : (
          <div className={css.columns}>
            <div className={css.side}>
              <CardFields contact={c} />
              <Identities contact={c} />
              <Mergers id={c.id} />
            </div>
            <div>
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

function Members({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(membersQuery(id));
  return (
    <section className={css.section}>
      <h2>{t('contacts.members')}</h2>
      {data?.items.length === 0 && <p className={css.muted}>{t('contacts.noMembers')}</p>}
      {data?.items.map((c) => (
        <Link key={c.id} to="/contacts/$contactId" params={{ contactId: c.id }} className={css.item}>
          {c.name}
        </Link>
      ))}
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

const told = ['contact.created', 'contact.changed', 'contact.merged', 'contact.unmerged', 'contact.exported', 'contact.distinguished'] as const;

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
