import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { staffQuery } from '@/features/tasks/tasks';
import { list } from '@/i18n/format';
import { ButtonLink } from '@/ui/ButtonLink';
import { ErrorNote } from '@/ui/ErrorNote';
import { Skeleton } from '@/ui/Skeleton';
import { useSettled } from './draft';
import { weekQuery, type ObjectDraft, type Week, type WeekHour } from './templates';
import { dayName, gaps, hourName, type Gap } from './week';
import css from './Week.module.css';

const days = [0, 1, 2, 3, 4, 5, 6];
const dayHours = Array.from({ length: 24 }, (_, i) => i);

/** Who gets what comes in, hour by hour of the week, and when nobody is there for it. */
export function WeekPicture({ id, channel, draft }: { id: string; channel: string; draft: ObjectDraft }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(weekQuery(id, channel, useSettled(draft)));
  if (!channel) return <p className={css.text}>{t('templates.week.noChannel')}</p>;
  if (error && asApiError(error).faults.length === 0) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={4} />;
  const open = gaps(data.hours);
  const hours = open.reduce((sum, g) => sum + g.length, 0);
  return (
    <div className={css.week}>
      <p className={css.sum} data-bad={hours > 0 || undefined} role="status">
        {hours === 0 ? t('templates.week.covered') : t('templates.week.open', { count: hours })}
      </p>
      <Picture week={data} />
      {open.length > 0 && (
        <ul className={css.gaps} aria-label={t('templates.week.gaps')}>
          {open.map((g) => (
            <li key={g.from}>{gapWords(g, t('templates.week.always'))}</li>
          ))}
        </ul>
      )}
      <p className={css.text}>{t('templates.week.zone', { zone: data.time_zone })}</p>
      <div>
        <ButtonLink size="xs" variant="default" to="/settings/people">
          {t('templates.week.hours')}
        </ButtonLink>
      </div>
    </div>
  );
}

function gapWords(g: Gap, always: string): string {
  if (g.length >= 168) return always;
  return `${dayName(g.from)} ${hourName(g.from)} – ${dayName(g.from + g.length)} ${hourName(g.from + g.length)}`;
}

/** The picture is for eyes; readers are told the same by the list of gaps and, row by row, by the table. */
function Picture({ week }: { week: Week }) {
  const { t } = useTranslation();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard
    <div className={css.scroll} role="region" aria-label={t('templates.week.title')} tabIndex={0}>
      <table className={css.table}>
        <caption className="sr">{t('templates.week.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{t('templates.week.day')}</span>
            </th>
            {dayHours.map((h) => (
              <th key={h} scope="col">
                {h % 3 === 0 ? h : <span className="sr">{h}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((d) => (
            <tr key={d}>
              <th scope="row">{dayName(d * 24)}</th>
              {dayHours.map((h) => (
                <Cell key={h} hour={week.hours[d * 24 + h]!} at={d * 24 + h} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={css.legend} aria-hidden="true">
        <i data-count="0" /> {t('templates.week.nobody')}
        <i data-count="1" /> {t('templates.week.one')}
        <i data-count="2" /> {t('templates.week.more')}
      </p>
    </div>
  );
}

function Cell({ hour, at }: { hour: WeekHour; at: number }) {
  const { t } = useTranslation();
  const { data: staff } = useQuery(staffQuery);
  const names = hour.available.map((p) => p.name || (staff?.items.find((s) => s.id === p.id)?.name ?? ''));
  const more = hour.count - names.length;
  const who = hour.count > 0 ? list(more > 0 ? [...names, t('templates.week.others', { count: more })] : names) : t('templates.week.nobodyOf', { count: hour.away });
  return (
    <td data-count={Math.min(hour.count, 3)} title={`${dayName(at)} ${hourName(at)}: ${who}`}>
      <span className="sr">{who}</span>
    </td>
  );
}
