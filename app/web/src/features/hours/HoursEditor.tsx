import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { IconClose, IconPlus } from '@/ui/icons';
import { beginDay, dayName, days, isAlways, moreSpan, placeOf, readSpan, shownTime, writeSpan, type Day, type Hours } from './hours';
import css from './Hours.module.css';

const maxSpans = 6;

interface Props {
  hours: Hours;
  set: (hours: Hours) => void;
  readOnly?: boolean;
  /** What is wrong with a part of them. */
  faultAt: (part: string) => string | undefined;
  /** Whose the days without work are: everybody's, or those of one person, who has none without hours. */
  free: 'holidays' | 'daysOff';
}

/** A week as it is worked in, and the days without work. Whose it is does not matter here. */
export function HoursEditor({ hours, set, readOnly = false, faultAt, free }: Props) {
  return (
    <>
      <ul className={css.week}>
        {days.map((day) => (
          <DayRow key={day} day={day} hours={hours} readOnly={readOnly} set={(spans) => set({ ...hours, [day]: spans })} fault={faultAt(day)} />
        ))}
      </ul>
      {(free === 'holidays' || !isAlways(hours)) && (
        <FreeDays hours={hours} readOnly={readOnly} free={free} set={(holidays) => set({ ...hours, holidays })} fault={faultAt('holidays')} />
      )}
    </>
  );
}

interface DayProps {
  day: Day;
  hours: Hours;
  readOnly: boolean;
  set: (spans: string[]) => void;
  fault?: string;
}

function DayRow({ day, hours, readOnly, set, fault }: DayProps) {
  const { t } = useTranslation();
  const name = dayName(day, 'long');
  const spans = hours[day] ?? [];
  const always = isAlways(hours);
  return (
    <li className={css.day}>
      <Checkbox
        label={name}
        checked={spans.length > 0}
        disabled={readOnly}
        onChange={(event) => set(event.currentTarget.checked ? beginDay(hours, day) : [])}
      />
      <div className={css.spans}>
        {spans.map((text, i) => {
          const span = readSpan(text);
          const move = (part: Partial<typeof span>) => set(spans.with(i, writeSpan({ ...span, ...part })));
          return (
            // oxlint-disable-next-line react/no-array-index-key -- spans have nothing else, and stay in their order
            <span key={i} className={css.span}>
              <input type="time" aria-label={t('hours.from', { day: name })} value={span.from} disabled={readOnly} onChange={(event) => move({ from: event.currentTarget.value })} />
              <span aria-hidden="true">–</span>
              <input type="time" aria-label={t('hours.to', { day: name })} value={shownTime(span.to)} disabled={readOnly} onChange={(event) => move({ to: event.currentTarget.value })} />
              {!readOnly && spans.length > 1 && (
                <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('hours.less', { day: name, span: text })} onClick={() => set(spans.toSpliced(i, 1))}>
                  <IconClose size={14} />
                </ActionIcon>
              )}
            </span>
          );
        })}
        {!readOnly && spans.length > 0 && spans.length < maxSpans && (
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('hours.more', { day: name })} onClick={() => set([...spans, moreSpan(spans)])}>
            <IconPlus size={14} />
          </ActionIcon>
        )}
        {spans.length === 0 && <span className={css.off}>{always ? t('hours.anyTime') : t('hours.off')}</span>}
      </div>
      <div className={css.track} data-always={always || undefined} aria-hidden="true">
        {spans.map((text) => {
          const { left, width } = placeOf(readSpan(text));
          return <span key={text} style={{ left: `${left}%`, width: `${width}%` }} />;
        })}
      </div>
      {fault && (
        <p className={css.fault} role="alert">
          {fault}
        </p>
      )}
    </li>
  );
}

interface FreeProps {
  hours: Hours;
  readOnly: boolean;
  free: Props['free'];
  set: (holidays: NonNullable<Hours['holidays']>) => void;
  fault?: string;
}

function FreeDays({ hours, readOnly, free, set, fault }: FreeProps) {
  const { t } = useTranslation();
  const list = hours.holidays ?? [];
  return (
    <fieldset className={css.holidays}>
      <legend>{t(`hours.freeTitle.${free}`)}</legend>
      {list.length === 0 && <p className={css.text}>{t(`hours.freeNone.${free}`)}</p>}
      {list.map((holiday, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- a new one has no date yet
        <div key={i} className={css.holiday}>
          <input type="date" aria-label={t('hours.date')} value={holiday.date} disabled={readOnly} onChange={(event) => set(list.with(i, { ...holiday, date: event.currentTarget.value }))} />
          <input
            type="text"
            aria-label={t(`hours.freeName.${free}`)}
            placeholder={t(`hours.freeName.${free}`)}
            value={holiday.name ?? ''}
            maxLength={100}
            disabled={readOnly}
            onChange={(event) => set(list.with(i, { ...holiday, name: event.currentTarget.value }))}
          />
          {!readOnly && (
            <ActionIcon variant="subtle" color="gray" aria-label={t('hours.remove', { name: holiday.name || holiday.date })} onClick={() => set(list.toSpliced(i, 1))}>
              <IconClose size={15} />
            </ActionIcon>
          )}
        </div>
      ))}
      {fault && (
        <p className={css.fault} role="alert">
          {fault}
        </p>
      )}
      {!readOnly && (
        <div>
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => set([...list, { date: '', name: '' }])}>
            {t(`hours.freeAdd.${free}`)}
          </Button>
        </div>
      )}
    </fieldset>
  );
}
