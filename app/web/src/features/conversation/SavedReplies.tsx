import { useMutation, useQuery, keepPreviousData } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newKey } from '@/api/client';
import type { Attachment, SavedReply } from '@/api/types';
import { repliesQuery } from '@/features/replies/replies';
import { toast, useFailureToast } from '@/ui/toast';
import { useCaret, useChoosing } from './choosing';
import css from './SavedReplies.module.css';

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  taskId: string;
  text: string;
  /** Puts a text with a reply in it into the field, and the reply's files beside it. */
  put: (text: string, files: Attachment[], id: string) => void;
}

const most = 8;

/** What stands behind a slash right before the caret, at the beginning of a word; null when there is none. */
export function slashAt(text: string, caret: number): { from: number; written: string } | null {
  const found = /(?:^|\s)\/([^\s/]*)$/.exec(text.slice(0, caret));
  if (!found) return null;
  const written = found[1] ?? '';
  return { from: caret - written.length - 1, written };
}

/** Saved replies to put in, by typing a slash. What their variables say here is worked out by the server. */
export function SavedReplies({ field, taskId, text, put }: Props) {
  const { t } = useTranslation();
  const { caret, put: putCaret } = useCaret(field);
  const [closed, setClosed] = useState(-1);
  const failed = useFailureToast();
  const at = slashAt(text, caret);
  const open = at !== null && at.from !== closed;
  const { data } = useQuery({ ...repliesQuery(at?.written ?? ''), enabled: open, placeholderData: keepPreviousData });
  const wanted = at?.written.toLocaleLowerCase() ?? '';
  const found = open ? (data?.items ?? []).slice(0, most).toSorted((a, b) => Number(starts(b, wanted)) - Number(starts(a, wanted))) : [];
  const render = useMutation({
    mutationFn: async ({ id }: SavedReply) =>
      (await api.POST('/saved-replies/{id}/render', { params: { path: { id }, header: { 'Idempotency-Key': newKey() } }, body: { task_id: taskId } })).data!,
    onError: failed,
    onSuccess: (made, { id }) => {
      const now = field.current?.value ?? text;
      const place = slashAt(now, field.current?.selectionStart ?? caret) ?? { from: now.length, written: '' };
      const behind = now.slice(place.from + place.written.length + 1);
      put(now.slice(0, place.from) + made.text + behind, made.attachments as Attachment[], id);
      putCaret(place.from + made.text.length);
      if (made.missing.length > 0) toast(t('replies.missing', { names: made.missing.join(', ') }));
    },
  });
  const take = (reply: SavedReply) => render.mutate(reply);
  const chosen = useChoosing(field, found, take, () => setClosed(at?.from ?? -1));

  if (!open) return null;
  return (
    <div className={css.box}>
      <ul className={css.list} aria-label={t('replies.title')}>
        {found.map((r) => (
          <li key={r.id}>
            <button
              type="button"
              tabIndex={-1}
              data-cursor={r === chosen || undefined}
              onMouseDown={(event) => {
                event.preventDefault();
                take(r);
              }}
            >
              <strong>{r.name}</strong>
              {r.shortcut && <kbd>/{r.shortcut}</kbd>}
              <span>{r.text}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className={css.foot} role="status">
        {data && found.length === 0 ? t('replies.none') : t('replies.keys')} <Link to="/replies">{t('replies.manage')}</Link>
      </p>
    </div>
  );
}

function starts(reply: SavedReply, wanted: string): boolean {
  return wanted !== '' && (reply.shortcut.toLocaleLowerCase().startsWith(wanted) || reply.name.toLocaleLowerCase().startsWith(wanted));
}
