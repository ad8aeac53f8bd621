import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { useMe } from '@/features/session/session';
import { inputOf, momentOfInput } from '@/features/work/times';
import { nearTime } from '@/i18n/format';
import { IconAlert, IconClose } from '@/ui/icons';
import css from './Due.module.css';

/** Until when the task should be done: read as words, written in a field. */
export function Due({ due, setDue }: { due: string | null; setDue: (at: string | null) => void }) {
  const { t } = useTranslation();
  const zone = useMe().account.time_zone;
  const [draft, setDraft] = useState<string | null>(null);
  const over = due !== null && Date.parse(due) < serverNow();
  if (draft !== null) {
    const save = () => {
      const at = momentOfInput(draft, zone);
      setDraft(null);
      if (at?.toISOString() !== (due ? new Date(due).toISOString() : undefined)) setDue(at ? at.toISOString() : null);
    };
    return (
      <input
        type="datetime-local"
        className={css.input}
        aria-label={t('details.due')}
        value={draft}
        // The field appears because somebody asked to write in it.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') save();
          if (event.key === 'Escape') setDraft(null);
        }}
      />
    );
  }
  const write = () => setDraft(inputOf(new Date(due ?? serverNow() + 86_400_000), zone));
  return (
    <span className={css.due} data-over={over || undefined}>
      <button type="button" data-empty={!due || undefined} aria-label={`${t('details.due')}: ${due ? nearTime(due) : t('details.noTopic')}`} onClick={write}>
        {due ? nearTime(due) : t('details.noTopic')}
      </button>
      {over && (
        <small>
          <IconAlert size={13} />
          {t('details.overdue')}
        </small>
      )}
      {due && (
        <button type="button" className={css.clear} aria-label={t('details.noDue')} onClick={() => setDue(null)}>
          <IconClose size={12} />
        </button>
      )}
    </span>
  );
}
