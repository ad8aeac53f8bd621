import { useTranslation } from 'react-i18next';
import { calendarDay, weekdays, whole } from '@/i18n/format';
import { Chart, Legend } from '@/ui/charts/Chart';
import { Columns } from '@/ui/charts/Columns';
import { Heat } from '@/ui/charts/Heat';
import type { Report, Spread } from './reports';
import { duration } from './Tiles';
import css from './Reports.module.css';

/** What the figures look like. */
export function Pictures({ report: r }: { report: Report }) {
  const { t } = useTranslation();
  const made = [t('reports.created'), t('reports.resolved')];
  const days = r.days.map((d) => ({ key: d.date, name: calendarDay(d.date), values: [d.created, d.resolved] }));
  return (
    <div className={css.pictures}>
      <div className={css.wide}>
        <Chart title={t('reports.byDay')} legend={<Legend names={made} />} columns={made} rows={days}>
          <Columns
            columns={days.map((d) => ({
              key: d.key,
              label: d.name,
              values: d.values,
              title: `${d.name}: ${made.map((name, i) => `${name} ${whole(d.values[i]!)}`).join(', ')}`,
            }))}
          />
        </Chart>
      </div>
      <Durations title={t('reports.firstAnswerSpread')} spread={r.first_answer} />
      <Durations title={t('reports.resolutionSpread')} spread={r.resolution} />
      <Backlog report={r} />
      <Hours report={r} />
    </div>
  );
}

function Durations({ title, spread }: { title: string; spread: Spread }) {
  const { t } = useTranslation();
  const buckets = spread.buckets.map((b) => ({
    key: String(b.up_to),
    name: b.up_to === 0 ? t('reports.longer') : t('reports.upTo', { time: duration(b.up_to) }),
    label: b.up_to === 0 ? '…' : duration(b.up_to),
    values: [b.count],
  }));
  return (
    <Chart title={title} columns={[t('reports.tasks')]} rows={buckets}>
      {buckets.length === 0 ? (
        <p className={css.none}>{t('reports.noneYet')}</p>
      ) : (
        <Columns columns={buckets.map((b) => ({ ...b, title: `${b.name}: ${whole(b.values[0]!)}` }))} />
      )}
    </Chart>
  );
}

const ages = ['day', 'days3', 'week', 'month', 'older'] as const;

function Backlog({ report: r }: { report: Report }) {
  const { t } = useTranslation();
  const queues = [t('tasks.queue.new'), t('tasks.queue.pending')];
  const rows = ages.map((age, i) => ({ key: age, name: t(`reports.age.${age}`), values: r.backlog.map((q) => q.ages[i] ?? 0) }));
  return (
    <Chart title={t('reports.backlog')} legend={<Legend names={queues} />} columns={queues} rows={rows}>
      <Columns
        stacked
        columns={rows.map((x) => ({
          key: x.key,
          label: x.name,
          values: x.values,
          title: `${x.name}: ${queues.map((name, i) => `${name} ${whole(x.values[i]!)}`).join(', ')}`,
        }))}
      />
    </Chart>
  );
}

function Hours({ report: r }: { report: Report }) {
  const { t } = useTranslation();
  const [days, long] = [weekdays(), weekdays('long')];
  const hours = Array.from({ length: 24 }, (_, h) => String(h));
  const rows = days.map((_, d) => ({ name: long[d]!, values: r.hours.slice(d * 24, d * 24 + 24) }));
  return (
    <Chart title={t('reports.hours')} columns={hours} rows={rows}>
      <Heat days={days} hours={r.hours} titleOf={(d, h) => t('reports.hour', { day: long[d], from: h, to: h + 1, count: r.hours[d * 24 + h] ?? 0 })} />
    </Chart>
  );
}
