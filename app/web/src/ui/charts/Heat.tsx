import css from './charts.module.css';

const shades = 5;

/** Hours of a week: the darker, the more. */
export function Heat({ days, hours, titleOf }: { days: string[]; hours: number[]; titleOf: (day: number, hour: number) => string }) {
  const most = Math.max(1, ...hours);
  return (
    <div className={css.heat}>
      {days.map((day, d) => (
        <div key={day}>
          <small>{day}</small>
          {Array.from({ length: 24 }, (_, h) => {
            const n = hours[d * 24 + h] ?? 0;
            // Hours never change their places.
            // oxlint-disable-next-line react/no-array-index-key
            return <i key={h} data-shade={n === 0 ? 0 : Math.ceil((n / most) * shades)} title={titleOf(d, h)} />;
          })}
        </div>
      ))}
      <div className={css.clock}>
        <small />
        {[0, 6, 12, 18].map((h) => (
          <small key={h}>{h}</small>
        ))}
      </div>
    </div>
  );
}
