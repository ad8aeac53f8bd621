import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comment, Task } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconChevron } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { dayName } from '@/i18n/format';
import { arrange } from './arrange';
import { PostAbove } from './PostAbove';
import { CommentItem } from './CommentItem';
import { useComments } from './comments';
import { Changes, useChanges } from './Changes';
import type { Way } from './ways';
import css from './Conversation.module.css';

const nearEnd = 80;
const farAway = 600;

/** Everything that was said on a task, the newest at the end. */
export function Conversation({ task, answer }: { task: Task; answer: (c: Comment, way: Way) => void }) {
  const { t } = useTranslation();
  const { comments, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useComments(task.id);
  const entries = useMemo(() => arrange(comments), [comments]);
  const byExternal = useMemo(() => new Map(comments.map((c) => [c.external_id, c])), [comments]);
  const { box, below, away, onScroll, toEnd } = useScroll(comments);
  const fresh = useFresh(task, comments);
  const changes = useChanges(task.id, comments, hasNextPage);

  if (error && comments.length === 0) {
    return (
      <div className={css.fill}>
        <ErrorNote error={error} retry={() => void refetch()} />
      </div>
    );
  }
  return (
    <div className={css.frame}>
      <div
        ref={box}
        className={css.scroll}
        onScroll={onScroll}
        // It scrolls, so it can be reached by keyboard too.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="log"
        aria-label={t('conversation.title')}
        aria-busy={isPending}
      >
        {task.post && <PostAbove post={task.post} />}
        {hasNextPage && (
          <button type="button" className={css.more} disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? t('app.loading') : t('conversation.earlier')}
          </button>
        )}
        {!hasNextPage && comments.length > 0 && <History task={task} />}
        <ol className={css.entries}>
          {entries.map(({ comment, newDay, taskBegins, head }) => (
            <li key={comment.id} data-history={comment.history || undefined}>
              <Changes entries={changes.get(comment.id)} />
              {comment.id === fresh && (
                <p className={css.fresh}>
                  <span>{t('task.newLine')}</span>
                </p>
              )}
              {taskBegins && (
                <p className={css.begins}>
                  <span>{t('conversation.begins')}</span>
                </p>
              )}
              {newDay && (
                <p className={css.day}>
                  <span>{dayName(comment.occurred_at)}</span>
                </p>
              )}
              <CommentItem
                comment={comment}
                head={head}
                answered={comment.reply_to ? (byExternal.get(comment.reply_to) ?? null) : undefined}
                answer={task.conversation_id ? answer : undefined}
              />
            </li>
          ))}
        </ol>
        <div className={css.entries}>
          <Changes entries={changes.get('')} />
        </div>
        {isPending && (
          <div className={css.entries}>
            <Skeleton lines={4} talk />
          </div>
        )}
        {!isPending && comments.length === 0 && <p className={css.none}>{t('conversation.none')}</p>}
      </div>
      {below && (
        <button type="button" className={css.below} onClick={toEnd}>
          {t('conversation.new')}
        </button>
      )}
      {!below && away && (
        <button type="button" className={css.newest} onClick={toEnd} aria-label={t('task.toNewest')} title={t('task.toNewest')}>
          <IconChevron size={18} />
        </button>
      )}
    </div>
  );
}

/** The first comment that nobody had read when the task was opened; nothing when everything is new, or nothing. */
function useFresh(task: Task, comments: Comment[]): string | undefined {
  const [since] = useState(() => (task.unread && task.read_at ? Date.parse(task.read_at) : null));
  if (since === null) return undefined;
  const first = comments.find((c) => c.author.kind === 'contact' && !c.history && Date.parse(c.created_at) > since);
  return first === comments[0] ? undefined : first?.id;
}

/** How much of what came before the task is shown. */
function History({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { shown, available } = task.history;
  if (shown === 0 && !available) return null;
  const words =
    available === null ? t('conversation.historyShown', { count: shown }) : t('conversation.history', { shown, count: available });
  return <p className={css.history}>{words}</p>;
}

function sizeOf(element: Element): string {
  return `${element.clientWidth} ${element.clientHeight} ${element.scrollHeight}`;
}

/** Begins at the end, stays there while new comments come, and keeps its place while earlier ones are loaded. */
function useScroll(comments: Comment[]) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [below, setBelow] = useState(false);
  const [away, setAway] = useState(false);
  const first = comments[0]?.id;
  const last = comments.at(-1)?.id;
  const before = useRef<{ first?: string; last?: string; height: number }>({ height: 0 });
  const size = useRef('');

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const was = before.current;
    if (was.last && was.first !== first && was.last === last) element.scrollTop += element.scrollHeight - was.height;
    else if (atEnd.current) element.scrollTop = element.scrollHeight;
    else if (was.last !== last) setBelow(true);
    before.current = { first, last, height: element.scrollHeight };
  }, [first, last, comments]);

  // Pictures that load, and an answer box that grows, must not push the end out of sight.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const resized = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
      before.current.height = element.scrollHeight;
      size.current = sizeOf(element);
    });
    resized.observe(element);
    for (const child of element.children) resized.observe(child);
    return () => resized.disconnect();
  }, [first]);

  return {
    box,
    below,
    away,
    onScroll: () => {
      const element = box.current;
      // It also scrolls by itself, when its size changes: that is no wish of anybody's.
      if (!element || size.current !== sizeOf(element)) return;
      const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
      atEnd.current = distance < nearEnd;
      setAway(distance > farAway);
      if (atEnd.current) setBelow(false);
    },
    toEnd: () => {
      box.current?.scrollTo({ top: box.current.scrollHeight, behavior: 'smooth' });
      setBelow(false);
    },
  };
}
