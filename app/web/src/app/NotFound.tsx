import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Mark } from '@/ui/Mark';
import css from './NotFound.module.css';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className={css.page}>
      <Mark size={40} />
      <h1>{t('app.notFound')}</h1>
      <Link to="/tasks">{t('app.toTasks')}</Link>
    </div>
  );
}
