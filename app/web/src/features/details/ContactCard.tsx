import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/types';
import { contactQuery } from '@/features/tasks/tasks';
import { useKindNames } from '@/features/channels/channels';
import { ErrorNote } from '@/ui/ErrorNote';
import { Face } from '@/ui/Face';
import css from './ContactCard.module.css';

/** Who it is, and how else they can be reached. */
export function ContactCard({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: c, error, refetch } = useQuery(contactQuery(id));
  const kinds = useKindNames();
  if (!c) return error ? <ErrorNote error={error} retry={() => void refetch()} /> : null;
  return (
    <div className={css.card}>
      <div className={css.head}>
        <Portrait contact={c} />
        <div>
          <strong>{c.name || t('tasks.nobody')}</strong>
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
      <Link to="/tasks" search={(before: object) => ({ ...before, contact: c.id })} className={css.all}>
        {t('contact.allTasks')}
      </Link>
    </div>
  );
}

function Portrait({ contact: c }: { contact: Contact }) {
  const [broken, setBroken] = useState(false);
  if (!c.avatar_url || broken) return <Face name={c.name} id={c.id} size={36} />;
  return <img className={css.portrait} src={c.avatar_url} alt="" width={36} height={36} onError={() => setBroken(true)} />;
}
