import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { IconClose } from '@/ui/icons';
import type { TaskSearch } from './search';
import { contactQuery } from './tasks';
import css from './Search.module.css';

/** Says that the list shows only what was looked for, and ends it. */
export function Narrowed({ search }: { search: TaskSearch }) {
  const { t } = useTranslation();
  const { contact, q } = search;
  const { data } = useQuery({ ...contactQuery(contact ?? ''), enabled: contact !== undefined });
  const words = [contact && t('tasks.onlyOf', { name: data?.name ?? '…' }), q && t('tasks.onlyWith', { words: q })];
  return (
    <p className={css.filter}>
      <span>{words.filter(Boolean).join(' · ')}</span>
      <Link to="/tasks" search={{ who: search.who }} aria-label={t('tasks.showAll')} title={t('tasks.showAll')}>
        <IconClose size={14} />
      </Link>
    </p>
  );
}
