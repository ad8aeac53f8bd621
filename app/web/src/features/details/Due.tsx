import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { useMe } from '@/features/session/session';
import { inputOf, momentOfInput } from '@/features/work/times';
import { IconAlert, IconClose } from '@/ui/icons';
import css from './Due.module.css';

/** Until when the task should be done. */
export function Due({ due, setDue }: { due: string | null; setDue: (at: string | null) => void }) {
  const { t } = useTranslation();
  const zone = useMe().account.time_zone;
  const shown = due ? inputOf(new Date(due), zone) : '';
  const [draft, setDraft] = useState<string | null>(null);
  const over = due !== null && Date.parse(due) < serverNow();
  const save = () => {
    if (draft === null) return;
    const at = momentOfInput(draft, zone);
    setDraft(null);
    if (draft !== shown) setDue(at ? at.toISOString() : null);
  };
  return (
    <span className={css.due} data-over={over || undefined}>
      <input
        type="datetime-local"
        aria-label={t('details.due')}
        value={draft ?? shown}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setDraft(null);
        }}
      />
      {due && (
        <button type="button" aria-label={t('details.noDue')} onClick={() => setDue(null)}>
          <IconClose size={12} />
        </button>
      )}
      {over && (
        <small>
          <IconAlert size={13} />
          {t('details.overdue')}
        </small>
      )}
    </span>
  );
}
