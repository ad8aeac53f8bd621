import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from './ErrorNote';
import css from './SaveBar.module.css';

interface Props {
  /** How many changes wait. */
  count: number;
  saving: boolean;
  error: unknown;
  discard: () => void;
}

/** What a form has not saved yet, with the ways out of that; the form's own submit saves. */
export function SaveBar({ count, saving, error, discard }: Props) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <div className={css.bar}>
      {error !== null && error !== undefined && <ErrorNote error={error} />}
      <p role="status">{t('save.unsaved', { count })}</p>
      <Button size="xs" variant="default" disabled={saving} onClick={discard}>
        {t('save.discard')}
      </Button>
      <Button type="submit" size="xs" loading={saving}>
        {t('save.save')}
      </Button>
    </div>
  );
}
