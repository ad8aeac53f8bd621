import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { sectionsFor } from './sections';
import css from './settings.module.css';

/** Everything that can be set, with a sentence on each. */
export function SettingsScreen() {
  const { t } = useTranslation();
  const sections = sectionsFor(isAdmin(useMe()));
  return (
    <>
      <ScreenHead title={t('settings.title')} />
      <div className={css.home}>
        {sections.map((section) => (
          <section key={section.key} aria-labelledby={`settings-${section.key}`}>
            <h2 id={`settings-${section.key}`}>{t(`settings.group.${section.key}`)}</h2>
            <ul>
              {section.places.map(({ key, to, icon: Icon }) => (
                <li key={key}>
                  <Link to={to} className={css.card}>
                    <Icon size={20} />
                    <span>
                      <strong>{t(`settings.${key}`)}</strong>
                      <small>{t(`settings.hint.${key}`)}</small>
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
