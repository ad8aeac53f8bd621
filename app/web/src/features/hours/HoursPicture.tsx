import { useTranslation } from 'react-i18next';
import { dayName, days, isAlways, placeOf, readSpan, runs, type Hours } from './hours';
import css from './Hours.module.css';

const quarters = [0, 6, 12, 18, 24];

/** Working hours as a line of words: Mon–Fri 09:00–17:00. */
export function useHoursWords() {
  const { t } = useTranslation();
  return (hours: Hours) => {
    if (isAlways(hours)) return t('hours.anyTime');
    const words = runs(hours).map(({ first, last, spans }) => {
      const named = first === last ? dayName(first, 'short') : `${dayName(first, 'short')}–${dayName(last, 'short')}`;
      return `${named} ${spans.map((s) => s.replace('-', '–')).join(', ')}`;
    });
    return [...words, ...(hours.time_zone ? [hours.time_zone] : [])].join(' · ');
  };
}

/** A week at a glance: a line a day, midnight to midnight. `named` writes days and times beside it. */
export function HoursPicture({ hours, named = false }: { hours: Hours; named?: boolean }) {
  const words = useHoursWords()(hours);
  const always = isAlways(hours);
  return (
    <span className={css.picture} data-named={named || undefined} role="img" aria-label={words} title={words}>
      {days.map((day) => (
        <span key={day} className={css.line}>
          {named && <small>{dayName(day, 'short')}</small>}
          <span className={css.track} data-always={always || undefined}>
            {(hours[day] ?? []).map((text) => {
              const { left, width } = placeOf(readSpan(text));
              return <span key={text} style={{ left: `${left}%`, width: `${width}%` }} />;
            })}
          </span>
        </span>
      ))}
      {named && (
        <span className={css.clock}>
          {quarters.map((hour) => (
            <small key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
              {hour}
            </small>
          ))}
        </span>
      )}
    </span>
  );
}
