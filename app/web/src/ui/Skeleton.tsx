import { useTranslation } from 'react-i18next';
import css from './Skeleton.module.css';

/** The shape of what is being loaded. */
export function Skeleton({ lines = 3, talk = false }: { lines?: number; talk?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={css.skeleton} data-talk={talk || undefined} role="status">
      <span className="sr">{t('app.loading')}</span>
      {Array.from({ length: lines }, (_, i) => (
        // They are all alike, and never change their places.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={i} className={css.line} />
      ))}
    </div>
  );
}
