import { ActionIcon } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { clockTime } from '@/i18n/format';
import { IconAlert, IconClose } from '@/ui/icons';
import { useCollision } from './collision';
import css from './CollisionNotice.module.css';

/** A colleague's answer that came while one was writing, right above one's own. */
export function CollisionNotice({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const { found, dismiss } = useCollision(taskId);
  if (!found) return <div role="alert" />;
  const { comment: c, asked } = found;
  const name = c.author.name || t('conversation.elsewhere');
  return (
    <div role="alert" className={css.notice} data-asked={asked || undefined}>
      <IconAlert size={16} />
      <div>
        <p>
          <strong>{t('presence.answered', { name, time: clockTime(c.occurred_at) })}</strong>
        </p>
        <p className={css.text}>{c.text || t('conversation.quoteFile')}</p>
        {asked && <p className={css.again}>{t('presence.sendAgain')}</p>}
      </div>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('app.close')} onClick={dismiss}>
        <IconClose size={14} />
      </ActionIcon>
    </div>
  );
}
