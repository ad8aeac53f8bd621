import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import css from './leads.module.css';

/** The two sides of lead ads: what becomes of answers, and how leads are served. */
export function LeadTabs() {
  const { t } = useTranslation();
  return (
    <nav className={css.tabs} aria-label={t('leads.title')}>
      <Link to="/settings/lead-forms" activeOptions={{ exact: true, includeSearch: false }} activeProps={{ 'data-active': true }}>
        {t('leads.forms')}
      </Link>
      <Link to="/settings/campaigns" activeOptions={{ includeSearch: false }} activeProps={{ 'data-active': true }}>
        {t('leads.campaigns')}
      </Link>
    </nav>
  );
}
