import { useTranslation } from 'react-i18next';
import { nearTime } from '@/i18n/format';
import { isEmpty, useDraft } from './drafts';
import type { Elsewhere } from './useDrafts';
import type { Way } from './ways';
import css from './DraftLine.module.css';

interface Props {
  taskId: string;
  way: Way;
  cut: boolean;
  elsewhere?: Elsewhere;
}

/** What was written in another browser meanwhile, and may be taken instead. */
export function DraftElsewhere({ elsewhere }: { elsewhere: Elsewhere }) {
  const { t } = useTranslation();
  return (
    <div className={css.elsewhere} role="status">
      <p>
        {t('draft.elsewhere', { time: nearTime(elsewhere.at) })} <q>{elsewhere.text}</q>
      </p>
      <button type="button" onClick={elsewhere.use}>
        {t('draft.use')}
      </button>
      <button type="button" onClick={elsewhere.dismiss}>
        {t('draft.keepThis')}
      </button>
    </div>
  );
}

/** Says that what stands here is kept, and where. */
export function DraftState({ taskId, way, cut }: Props) {
  const { t } = useTranslation();
  const draft = useDraft(taskId, way);
  if (isEmpty(draft)) return null;
  return (
    <span className={css.state} data-cut={cut || undefined} hidden={draft.dirty && !cut} title={t(cut ? 'draft.cutHint' : 'draft.savedHint')}>
      {t(cut ? 'draft.cut' : 'draft.saved')}
    </span>
  );
}

/** A dot at a way in which something is begun. */
export function DraftDot({ taskId, way }: { taskId: string; way: Way }) {
  const { t } = useTranslation();
  if (isEmpty(useDraft(taskId, way))) return null;
  return (
    <span className={css.dot} title={t('draft.mark')}>
      <span className="sr">{t('draft.mark')}</span>
    </span>
  );
}
