import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { queries } from '@/api/client';
import type { components } from '@/api/schema';
import { nearTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { Skeleton } from '@/ui/Skeleton';
import css from './WhatIf.module.css';

type Compared = components['schemas']['WhatIfCompared'];
type Choice = components['schemas']['WhatIfChoice'];

interface Props {
  channelId: string;
  of: 'messages' | 'comments';
  newTask: string;
  scope: string;
}

/** What the rule would have made of the last thirty days, under each of its choices. */
export function WhatIf({ channelId, of, newTask, scope }: Props) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    ...queries.queryOptions('get', '/channels/{id}/what-if', { params: { path: { id: channelId } } }),
    staleTime: 60_000,
  });
  return (
    <section className={css.box} aria-labelledby={`what-if-${of}`}>
      <h3 id={`what-if-${of}`}>{t(`channel.whatIf.${of}`)}</h3>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={3} />}
      {data && data[of].heard === 0 && <p className={css.hint}>{t('channel.whatIf.nothing')}</p>}
      {data && data[of].heard > 0 && <Picture compared={data[of]} newTask={newTask} scope={scope} />}
      {data?.more && <p className={css.hint}>{t('channel.whatIf.more')}</p>}
    </section>
  );
}

function Picture({ compared: c, newTask, scope }: { compared: Compared; newTask: string; scope: string }) {
  const { t } = useTranslation();
  const most = Math.max(1, c.made, ...c.choices.map((x) => x.made));
  const chosen = c.choices.find((x) => x.new_task === newTask && x.scope === scope);
  return (
    <>
      <p className={css.hint}>{t('channel.whatIf.was', { heard: c.heard, count: c.made })}</p>
      <ul className={css.bars}>
        {c.choices.map((x) => (
          <li key={x.new_task + x.scope} data-chosen={x === chosen || undefined} aria-current={x === chosen || undefined}>
            <span>{t(`channel.whatIf.choice.${x.new_task}_${x.scope}`)}</span>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect width={Math.max(0.8, (x.made / most) * 100)} height="8" rx="1" />
            </svg>
            <b className="tabular">{t('channel.whatIf.tasks', { count: x.made })}</b>
            <small>{x.reopened > 0 && t('channel.whatIf.reopened', { count: x.reopened })}</small>
          </li>
        ))}
      </ul>
      {chosen && <Examples choice={chosen} />}
      <p className={css.hint}>{t('channel.whatIf.how')}</p>
    </>
  );
}

/** Where the rule that is being chosen would have done something else than what was done. */
function Examples({ choice }: { choice: Choice }) {
  const { t } = useTranslation();
  if (choice.examples.length === 0) return <p className={css.same}>{t('channel.whatIf.same')}</p>;
  return (
    <div className={css.examples}>
      <p>{t('channel.whatIf.differs')}</p>
      <ul>
        {choice.examples.map((e) => (
          <li key={e.task_id + e.at}>
            <Link to="/tasks/$taskId" params={{ taskId: e.task_id }}>
              #{e.number} {e.title}
            </Link>
            <span>
              {nearTime(e.at)} · {t(`channel.whatIf.would.${e.would}`)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
