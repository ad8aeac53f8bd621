import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Page, Task } from '@/api/types';
import { Portrait } from '@/features/contacts/Portrait';
import { StatusDot } from '@/features/tasks/StatusDot';
import { contactQuery } from '@/features/tasks/tasks';
import { shortTime } from '@/i18n/format';
import { useKindNames } from '@/features/channels/channels';
import { ErrorNote } from '@/ui/ErrorNote';
import { Skeleton } from '@/ui/Skeleton';
import css from './ContactCard.module.css';

/** Who it is, and how else they can be reached. */
export function ContactCard({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: c, error, refetch } = useQuery(contactQuery(id));
  const kinds = useKindNames();
  if (!c) return error ? <ErrorNote error={error} retry={() => void refetch()} /> : <Skeleton lines={3} />;
  return (
    <div className={css.card}>
      <div className={css.head}>
        <Portrait contact={c} size={36} />
        <div>
          <strong>
            <Link to={`/contacts/${c.id}` as '/tasks'} title={t('details.openContact')} className={css.name}>
              {c.name || t('tasks.nobody')}
            </Link>
          </strong>
          {c.company_id && <Employer id={c.company_id} />}
          {c.group && <small>{c.group}</small>}
        </div>
      </div>
      <dl className={css.rows}>
        {c.emails.map((email) => (
          <div key={email}>
            <dt>{t('contact.email')}</dt>
            <dd>
              <a href={`mailto:${encodeURIComponent(email)}`}>{email}</a>
            </dd>
          </div>
        ))}
        {c.phones.map((phone) => (
          <div key={phone}>
            <dt>{t('contact.phone')}</dt>
            <dd>
              <a href={`tel:${phone}`}>{phone}</a>
            </dd>
          </div>
        ))}
        {c.identities.map((i) => (
          <div key={i.id}>
            <dt>{kinds(i.kind)}</dt>
            <dd>
              {i.name || i.external_id}
              {i.unreachable && <small className={css.warn}>{i.unreachable}</small>}
            </dd>
          </div>
        ))}
      </dl>
      {c.tags.length > 0 && <p className={css.tags}>{c.tags.join(' · ')}</p>}
      <OtherTasks contactId={c.id} />
      <Link to="/contacts/$contactId" params={{ contactId: c.id }} className={css.all}>
        {t('contacts.openCard')}
      </Link>
      <Link to="/tasks" search={(before: object) => ({ ...before, contact: c.id })} className={css.all}>
        {t('contact.allTasks')}
      </Link>
    </div>
  );
}

/** The company that a person works for. */
function Employer({ id }: { id: string }) {
  const { data } = useQuery(contactQuery(id));
  if (!data?.name) return null;
  return (
    <small>
      <Link to="/contacts/$contactId" params={{ contactId: id }} className={css.name}>
        {data.name}
      </Link>
    </small>
  );
}

const few = 5;

/** What else the contact has written about, the last first. */
function OtherTasks({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(tasksOfContactQuery(contactId));
  if (!data || data.items.length < 2) return null;
  return (
    <ul className={css.tasks} aria-label={t('details.otherTasks')}>
      {data.items.map((x) => (
        <li key={x.id}>
          <Link to="/tasks/$taskId" params={{ taskId: x.id }} search={true} activeProps={{ 'data-here': true }}>
            <StatusDot status={x.status} />
            <span>{x.title}</span>
            <small>{shortTime(x.last_comment_at)}</small>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function tasksOfContactQuery(id: string) {
  const params = { query: { contact_id: id, limit: few } };
  return queryOptions({
    queryKey: ['get', '/tasks', { params, of: 'contact' }],
    queryFn: async ({ signal }) => (await api.GET('/tasks', { params, signal })).data as Page<Task>,
  });
}
