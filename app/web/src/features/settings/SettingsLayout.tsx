import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isAdmin, useMe } from '@/features/session/session';
import { sectionsFor } from './sections';
import css from './settings.module.css';

/** What is around every screen of the settings: the way to the others, where there is room for it. */
export function SettingsLayout() {
  const { t } = useTranslation();
  const sections = sectionsFor(isAdmin(useMe()));
  return (
    <div className={css.layout}>
      <nav className={css.ways} aria-label={t('settings.title')}>
        {sections.map((section) => (
          <div key={section.key}>
            <h2>{t(`settings.group.${section.key}`)}</h2>
            <ul>
              {section.places.map(({ key, to, icon: Icon }) => (
                <li key={key}>
                  <Link to={to} className={css.way} activeProps={{ 'data-active': true }}>
                    <Icon />
                    <span>{t(`settings.${key}`)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className={css.place}>
        <Outlet />
      </div>
    </div>
  );
}
