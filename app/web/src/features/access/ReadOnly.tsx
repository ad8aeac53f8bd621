import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { IconInfo } from '@/ui/icons';
import { mayWork } from './rights';
import css from './access.module.css';

/** Says to somebody who may only read a task why they cannot answer it, and what they can do. */
export function ReadOnly({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (mayWork(task)) return null;
  return (
    <p className={css.readOnly} role="note">
      <IconInfo size={14} />
      {t('access.readOnly')}
    </p>
  );
}
