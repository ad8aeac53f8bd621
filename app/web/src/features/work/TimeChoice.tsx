import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { useMe } from '@/features/session/session';
import { nearTime } from '@/i18n/format';
import { inputOf, momentOfInput, presets } from './times';
import css from './dialogs.module.css';

/** A time to come: one of the usual ones, or any other. */
export function TimeChoice({ value, onChange }: { value: Date | null; onChange: (at: Date | null) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const zone = useMe().account.time_zone;
  return (
    <div className={css.times}>
      <div className={css.presets}>
        {presets(new Date(serverNow()), zone).map((p) => (
          <button key={p.key} type="button" aria-pressed={value?.getTime() === p.at.getTime()} onClick={() => onChange(p.at)}>
            <span>{t(`snooze.preset.${p.key}`)}</span>
            <small>{nearTime(p.at.toISOString())}</small>
          </button>
        ))}
      </div>
      <label htmlFor={id}>{t('snooze.at', { zone })}</label>
      <input
        id={id}
        type="datetime-local"
        className={css.input}
        value={value ? inputOf(value, zone) : ''}
        min={inputOf(new Date(serverNow()), zone)}
        onChange={(event) => onChange(momentOfInput(event.currentTarget.value, zone))}
      />
    </div>
  );
}
