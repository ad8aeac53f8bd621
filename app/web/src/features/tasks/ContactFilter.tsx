import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { IconClose } from '@/ui/icons';
import type { TaskSearch } from './search';
import { contactQuery } from './tasks';
import css from './ContactSearch.module.css';

/** Says that the list shows one contact's tasks only, and ends it. */
export function ContactFilter({ id, search }: { id: string; search: TaskSearch }) {
  const { t } = useTranslation();
  const { data } = useQuery(contactQuery(id));
  return (
    <p className={css.filter}>
      <span>{t('tasks.onlyOf', { name: data?.name ?? '…' })}</span>
      <Link to="/tasks" search={{ ...search, contact: undefined }} aria-label={t('tasks.showAll')} title={t('tasks.showAll')}>
        <IconClose size={14} />
      </Link>
    </p>
  );
}
