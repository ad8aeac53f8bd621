import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import css from './CopyOnce.module.css';
import { toast } from './toast';

/** A secret that is shown once: what it is, the value, and how to take it along. */
export function CopyOnce({ value, words, done }: { value: string; words: string; done: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.once} role="status">
      <p>{words}</p>
      <code className={css.value}>{value}</code>
      <div className={css.steps}>
        <Button size="xs" onClick={() => void navigator.clipboard.writeText(value).then(() => toast(t('session.mine.copied')))}>
          {t('session.mine.copy')}
        </Button>
        <Button size="xs" variant="default" onClick={done}>
          {t('app.close')}
        </Button>
      </div>
    </div>
  );
}
