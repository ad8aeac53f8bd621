import { useTranslation } from 'react-i18next';
import { span, whole } from '@/i18n/format';
import type { Report } from './reports';
import css from './Reports.module.css';

/** A duration in words; a dash when there is none. */
export function duration(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? '–' : span(seconds * 1000);
}

/** The figures one looks for first. */
export function Tiles({ report: r }: { report: Report }) {
  const { t } = useTranslation();
  const answered = r.total.created > 0 ? Math.round((100 * r.total.answered) / r.total.created) : 0;
  const most = (p90: number | null) => (p90 === null ? '' : t('reports.p90', { time: duration(p90) }));
  const tiles = [
    { name: t('reports.created'), figure: whole(r.total.created), beside: t('reports.answeredPart', { part: answered }) },
    { name: t('reports.firstAnswer'), figure: duration(r.first_answer.median), beside: most(r.first_answer.p90) },
    { name: t('reports.resolved'), figure: whole(r.total.resolved), beside: t('reports.inPeriod') },
    { name: t('reports.resolution'), figure: duration(r.resolution.median), beside: most(r.resolution.p90) },
    { name: t('reports.open'), figure: whole(r.total.open), beside: t('reports.now') },
  ];
  return (
    <dl className={css.tiles}>
      {tiles.map((x) => (
        <div key={x.name}>
          <dt>{x.name}</dt>
          <dd>{x.figure}</dd>
          <dd>{x.beside}</dd>
        </div>
      ))}
    </dl>
  );
}
