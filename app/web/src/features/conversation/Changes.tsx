import { useLocalStorage } from '@mantine/hooks';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Comment, HistoryEntry, Page } from '@/api/types';
import { fullTime, nearTime } from '@/i18n/format';
import { IconChevron, IconHistory } from '@/ui/icons';
import css from './Changes.module.css';

/** What was done to a task, the newest first. */
export function historyQuery(id: string) {
  const params = { path: { id } };
  return queryOptions({
    queryKey: ['get', '/tasks/{id}/history', { params }] as const,
    queryFn: async ({ signal }) => {
      const query = { limit: 200 };
      return (await api.GET('/tasks/{id}/history', { params: { ...params, query }, signal })).data as Page<HistoryEntry>;
    },
  });
}

/** Whether what was done to tasks is told between their comments. */
export function useShowsChanges() {
  return useLocalStorage({ key: 'kontor.changes', defaultValue: true, getInitialValueInEffect: false });
}

const none = new Map<string, HistoryEntry[]>();

/** What was done before each comment, by its id; after the last one, under an empty one. */
export function useChanges(taskId: string, comments: Comment[], cut: boolean): Map<string, HistoryEntry[]> {
  const [shown] = useShowsChanges();
  const { data } = useQuery({ ...historyQuery(taskId), enabled: shown });
  return useMemo(() => {
    if (!shown || !data) return none;
    const places = new Map<string, HistoryEntry[]>();
    const first = comments.find((c) => !c.history);
    let at = 0;
    for (const entry of data.items.toReversed()) {
      const time = Date.parse(entry.at);
      while (at < comments.length && Date.parse(comments[at]!.occurred_at) <= time) at++;
      // What is older than the comments that are loaded comes with them.
      if (cut && first && time < Date.parse(first.occurred_at)) continue;
      const place = comments[at]?.id ?? '';
      places.set(place, [...(places.get(place) ?? []), entry]);
    }
    return places;
  }, [shown, data, comments, cut]);
}

/** How many are told without being asked. */
const few = 2;

/** What was done to the task in between, folded to the last of it when it was much. */
export function Changes({ entries }: { entries?: HistoryEntry[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!entries || entries.length === 0) return null;
  const hidden = open ? 0 : Math.max(0, entries.length - few);
  return (
    <ul className={css.changes}>
      {entries.length > few && (
        <li>
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            <IconChevron size={12} />
            {open ? t('task.lessChanges') : t('task.moreChanges', { count: hidden })}
          </button>
        </li>
      )}
      {entries.slice(hidden).map((e) => (
        <li key={e.id}>
          <IconHistory size={13} />
          <span>
            <Sentence entry={e} /> <time title={fullTime(e.at)}>{nearTime(e.at)}</time>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Sentence({ entry: e }: { entry: HistoryEntry }) {
  const { t } = useTranslation();
  const words = e.texts.join(', ') + (e.until ? ` ${t('snooze.until', { time: nearTime(e.until) })}` : '');
  return (
    <>
      {/* What Kontor does by itself is told as a whole sentence. */}
      {e.actor.kind !== 'system' && <strong>{e.actor.name || t(`conversation.author.${e.actor.kind}`)}</strong>}{' '}
      {e.task_id ? (
        <Link to="/tasks/$taskId" params={{ taskId: e.task_id }} search={true}>
          {words}
        </Link>
      ) : (
        words
      )}
    </>
  );
}
