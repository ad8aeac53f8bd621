import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark } from '@/ui/Mark';
import { languages, setLanguage } from '@/i18n';
import css from './Entrance.module.css';

/** What is around every screen on which nobody has come in yet. */
export function Entrance({ children, wide }: { children: ReactNode; wide?: boolean }) {
  const { t } = useTranslation();
  return (
    <main className={css.page}>
      <div className={css.card} data-wide={wide || undefined}>
        <header className={css.head}>
          <Mark size={44} />
          <p className={css.brand}>{t('app.name')}</p>
          <p className={css.tagline}>{t('session.tagline')}</p>
        </header>
        {children}
      </div>
      <LanguageLinks />
    </main>
  );
}

function LanguageLinks() {
  const { t, i18n } = useTranslation();
  return (
    <div className={css.languages}>
      {languages.map((l) => (
        <button
          key={l}
          type="button"
          lang={l}
          aria-pressed={i18n.language === l}
          className={css.language}
          onClick={() => void setLanguage(l)}
        >
          {t(`session.languages.${l}`)}
        </button>
      ))}
    </div>
  );
}
