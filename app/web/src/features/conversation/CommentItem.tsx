import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comment } from '@/api/types';
import { clockTime, fullTime, list } from '@/i18n/format';
import { Face } from '@/ui/Face';
import { IconLock, IconReply } from '@/ui/icons';
import { Text } from '@/ui/Text';
import { sideOf } from './arrange';
import { Attachments } from './Attachments';
import { Delivery } from './Delivery';
import { Details } from './Details';
import { PlaceMarks, PlaceMenu } from './Place';
import type { Way } from './ways';
import css from './CommentItem.module.css';

interface Props {
  comment: Comment;
  head: boolean;
  /** What it answers: null when that is not loaded, undefined when it answers nothing in particular. */
  answered?: Comment | null;
  answer?: (c: Comment, way: Way) => void;
}

/** One comment: who, when, by what way, what, and what became of it. */
export const CommentItem = memo(function CommentItem({ comment: c, head, answered, answer }: Props) {
  const { t } = useTranslation();
  const side = sideOf(c);
  const name = useAuthorName(c);
  if (side === 'system') {
    return (
      <p className={css.system}>
        {c.text} <time title={fullTime(c.occurred_at)}>{clockTime(c.occurred_at)}</time>
      </p>
    );
  }
  return (
    <article className={css.comment} data-side={side} data-head={head || undefined} data-history={c.history || undefined}>
      {head && (
        <header className={css.head}>
          {side !== 'ours' && <Face name={name} id={c.author.id ?? name} size={22} />}
          <strong>{name}</strong>
          {side === 'note' && (
            <span className={css.internal}>
              <IconLock size={12} />
              {t('conversation.internal')}
            </span>
          )}
          {c.transport && <span>{transportName(t, c.transport)}</span>}
          <PlaceMarks comment={c} />
          {c.history && <span>{t('conversation.isHistory')}</span>}
          <time dateTime={c.occurred_at} title={fullTime(c.occurred_at)}>
            {clockTime(c.occurred_at)}
          </time>
        </header>
      )}
      <div className={css.line}>
        <div className={css.bubble}>
          {!head && <span className="sr">{`${name}, ${clockTime(c.occurred_at)}: `}</span>}
          {answered !== undefined && <Quote of={answered} />}
          {c.unsent_at ? (
            <p className={css.unsent}>{t('conversation.unsent', { time: fullTime(c.unsent_at) })}</p>
          ) : (
            c.text && <Text text={c.text} />
          )}
          <Details details={c.details} />
          <Attachments files={c.attachments} />
        </div>
        {side === 'theirs' && <PlaceMenu comment={c} answer={answer} />}
        {answer && side === 'theirs' && !c.place && c.external_id && !c.unsent_at && (
          <button type="button" className={css.answer} onClick={() => answer(c, 'public')} aria-label={t('conversation.answerThis')} title={t('conversation.answerThis')}>
            <IconReply size={15} />
          </button>
        )}
      </div>
      <Reactions comment={c} />
      <Edits comment={c} />
      {c.deliveries.length > 0 && <Delivery comment={c} />}
    </article>
  );
});

function useAuthorName(c: Comment): string {
  const { t } = useTranslation();
  if (c.author.name) return c.author.name;
  if (c.author.kind === 'staff') return t('conversation.elsewhere'); // one of us, but not through Kontor
  return t(`conversation.author.${c.author.kind}`);
}

function transportName(t: ReturnType<typeof useTranslation>['t'], transport: string): string {
  // Transports are an open list, kept by the kinds: one without words shows its own name.
  return (t as (key: string, options: object) => string)(`transport.${transport}`, { defaultValue: transport.replaceAll('_', ' ') });
}

function Quote({ of }: { of: Comment | null }) {
  const { t } = useTranslation();
  return (
    <blockquote className={css.quote}>
      {of === null ? t('conversation.quoteMissing') : of.text || t('conversation.quoteFile')}
    </blockquote>
  );
}

function Edits({ comment: c }: { comment: Comment }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!c.edits?.length || c.unsent_at) return null;
  return (
    <div className={css.under}>
      <button type="button" className={css.plain} aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('conversation.edited', { count: c.edits.length })}
      </button>
      {open && (
        <ol className={css.edits}>
          {c.edits.map((e) => (
            <li key={e.number}>
              <time>{t('conversation.until', { time: fullTime(e.at) })}</time>
              <Text text={e.text} />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function Reactions({ comment: c }: { comment: Comment }) {
  const { t } = useTranslation();
  if (!c.reactions?.length) return null;
  const byEmoji = new Map<string, string[]>();
  for (const r of c.reactions) byEmoji.set(r.emoji, [...(byEmoji.get(r.emoji) ?? []), r.name || t('conversation.author.contact')]);
  return (
    <ul className={css.reactions} aria-label={t('conversation.reactions')}>
      {[...byEmoji].map(([emoji, names]) => (
        <li key={emoji} title={list(names)}>
          <span>{emoji}</span>
          {names.length > 1 && <span>{names.length}</span>}
          <span className="sr">{list(names)}</span>
        </li>
      ))}
    </ul>
  );
}
