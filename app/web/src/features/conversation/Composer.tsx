import { ActionIcon, Button } from '@mantine/core';
import { lazy, Suspense, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '@/api/client';
import type { Comment, Task } from '@/api/types';
import { IconBolt, IconClip, IconClose, IconLock, IconSend } from '@/ui/icons';
import { Keys } from '@/ui/Keys';
import { ComposerFiles, useUploads } from './ComposerFiles';
import { attachHint, begin, Count, grow, growsItself, Refusal, To, WayIcon } from './ComposerParts';
import { mayAnswer } from './collision';
import { useAddComment, useComments } from './comments';
import { DraftDot, DraftElsewhere, DraftState } from './DraftLine';
import { restoreDraft, useDraft, writeDraft } from './drafts';
import { EmojiButton } from './EmojiButton';
import { EmojiNames } from './EmojiNames';
import { faultTogether } from './fileLimits';
import { insert } from './insert';
import { Mentions } from './Mentions';
import { SavedReplies } from './SavedReplies';
import { TooLong, useParts } from './TooLong';
import { useDrafts } from './useDrafts';
import { useWays, type Way } from './ways';
import { WindowLine } from './WindowLine';
import css from './Composer.module.css';

const TemplatePicker = lazy(() => import('./TemplatePicker'));

export interface ComposerHandle {
  /** Puts the writer into the field. */
  begin: (way: Way, replyTo?: Comment) => void;
}

interface Props {
  task: Task;
  /** What is chosen when the task is opened. */
  initial: Way;
  ref?: Ref<ComposerHandle>;
}

/** Where answers and notes are written. It always shows which of them it is, who reads it, and whether it may go. */
export function Composer({ task, initial, ref }: Props) {
  const { t } = useTranslation();
  const [chosen, setWay] = useState<Way>(initial);
  const field = useRef<HTMLTextAreaElement>(null);
  const { replyTo, setReplyTo } = useReplyTo(task.id, chosen);
  const ways = useWays(task, replyTo);
  const way = ways.all.includes(chosen) ? chosen : 'internal';
  const { text, files } = useDraft(task.id, way);
  const { elsewhere, cut, flush, sent } = useDrafts(task.id, way, field);
  const [savedReply, setSavedReply] = useState<string>();
  const [choosing, setChoosing] = useState(false);
  const write = (next: string, all = files) => writeDraft(task.id, way, { text: next, files: all, replyTo: replyTo?.id });
  const uploads = useUploads(files, (all) => write(text, all), ways.filesOf(way));
  const add = useAddComment(task.id);
  const window = ways.windowOf(way);
  const limit = ways.limitOf(way);
  const tooLong = limit > 0 && [...text.trim()].length > limit;
  const [split, setSplit] = useState(false);
  const parts = useParts(task.id, text, tooLong && ways.splits(way));
  const fits = !tooLong || (split && parts !== undefined);
  const together = faultTogether(files.length, text, uploads.limits);
  const some = text.trim() !== '' || files.length > 0;
  const ready = some && !uploads.busy && !uploads.faulty && !together && fits && window?.may_write !== false;
  const label = way === 'public' && ways.under ? t('composer.publicly') : t(`composer.${way}`);
  useLayoutEffect(() => (growsItself ? undefined : grow(field.current)), [text]);

  useImperativeHandle(ref, () => ({
    begin: (to, comment) => {
      setWay(to);
      setReplyTo(comment ?? null);
      field.current?.focus();
    },
  }));

  const put = (words: string) => insert(field.current, words, write);
  const send = () => {
    if (!ready || add.isPending) return;
    if (way !== 'internal' && !mayAnswer(task.id)) return;
    const draft = { text, files, replyTo: replyTo?.id };
    const answered = way === 'internal' ? undefined : (replyTo ?? ways.under)?.id;
    writeDraft(task.id, way, { text: '', files: [] });
    setReplyTo(null);
    setSavedReply(undefined);
    setSplit(false);
    add.mutate(
      { text: text.trim(), way, attachments: draft.files, replyTo: answered, savedReply, split: tooLong, key: newKey() },
      { onError: () => restoreDraft(task.id, way, draft), onSuccess: () => sent(way) },
    );
  };
  const drop = (list: FileList | null) => list && uploads.add([...list]);

  return (
    // Files can be dropped anywhere on it; the same is done by keyboard with the button below.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className={css.composer}
      data-way={way}
      aria-label={t('composer.title')}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        drop(event.dataTransfer.files);
      }}
    >
      <div className={css.head}>
        <div className={css.switch} role="radiogroup" aria-label={t('composer.who')}>
          {ways.all.map((w) => (
            <label key={w} data-way={w}>
              <input type="radio" name="way" className="sr" checked={way === w} onChange={() => setWay(w)} />
              <WayIcon way={w} under={ways.under !== null} />
              {w === 'public' && ways.under ? t('composer.publicly') : t(`composer.${w}`)}
              {w !== way && <DraftDot taskId={task.id} way={w} />}
            </label>
          ))}
        </div>
        <p className={css.to} data-matters={way === 'internal' || ways.under !== null || undefined}>
          <To task={task} way={way} under={ways.under} />
        </p>
        <DraftState taskId={task.id} way={way} cut={cut} />
      </div>
      {replyTo && way !== 'internal' && (
        <p className={css.replyTo}>
          <span>{t('composer.replyTo', { text: replyTo.text || t('conversation.quoteFile') })}</span>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('composer.noReplyTo')} onClick={() => setReplyTo(null)}>
            <IconClose size={14} />
          </ActionIcon>
        </p>
      )}
      {choosing && way === 'public' && window?.template && (
        <Suspense fallback={null}>
          <TemplatePicker task={task} close={() => setChoosing(false)} />
        </Suspense>
      )}
      <div className={css.writing} hidden={choosing && way === 'public'}>
        {elsewhere && <DraftElsewhere elsewhere={elsewhere} />}
        <textarea
          ref={field}
          className={css.field}
          rows={1}
          aria-label={label}
          placeholder={way === 'internal' ? t('composer.notePlaceholder') : t('composer.placeholder')}
          value={text}
          dir="auto"
          aria-invalid={tooLong || undefined}
          onBlur={flush}
          onChange={(event) => write(event.currentTarget.value)}
          onPaste={(event) => event.clipboardData.files.length > 0 && drop(event.clipboardData.files)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              send();
            } else if (event.key === 'Escape') {
              event.stopPropagation();
              event.currentTarget.blur();
            }
          }}
        />
        {way === 'internal' ? (
          <Mentions field={field} text={text} write={write} />
        ) : (
          <SavedReplies
            field={field}
            taskId={task.id}
            text={text}
            put={(next, more, id) => {
              write(next, [...files, ...more.filter((f) => !files.some((x) => x.id === f.id))]);
              setSavedReply(id);
            }}
          />
        )}
        <EmojiNames field={field} text={text} write={write} />
        <ComposerFiles uploads={uploads} />
        {together && (
          <p className={css.refusal} role="alert">
            {t(`composer.fault.${together.key}`, together.values)}
          </p>
        )}
        {tooLong && ways.splits(way) && <TooLong parts={parts} split={split} setSplit={setSplit} />}
        {add.error && <Refusal error={add.error} />}
        <div className={css.foot}>
          <ActionIcon component="label" variant="subtle" color="gray" title={attachHint(uploads.limits, t)} className={css.attach}>
            <IconClip size={18} />
            <span className="sr">{t('composer.attach')}</span>
            <input
              type="file"
              multiple
              className="sr"
              onChange={(event) => {
                drop(event.currentTarget.files);
                event.currentTarget.value = '';
              }}
            />
          </ActionIcon>
          {way !== 'internal' && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('replies.insert')}
              title={`${t('replies.insert')} ( / )`}
              onClick={() => begin(field.current, text, write)}
            >
              <IconBolt size={18} />
            </ActionIcon>
          )}
          <EmojiButton put={put} field={field} />
          <div className={css.state}>
            {window && <WindowLine window={window} />}
            {way === 'public' && window?.template && !window.may_write && (
              <button type="button" className={css.template} onClick={() => setChoosing(true)}>
                {t('approved.offer')}
              </button>
            )}
            <Count text={text} limit={limit} parts={split ? parts : undefined} />
          </div>
          <span className={css.keys}>
            <Keys keys="Ctrl Enter" />
          </span>
          <Button
            type="submit"
            size="xs"
            className={css.send}
            data-ready={ready || undefined}
            disabled={!ready}
            loading={add.isPending}
            leftSection={way === 'internal' ? <IconLock size={14} /> : <IconSend size={14} />}
          >
            {way === 'internal' ? t('composer.addNote') : t('composer.send')}
          </Button>
        </div>
      </div>
    </form>
  );
}

/** The comment that is answered: the one chosen here, else the one that the draft was begun for. */
function useReplyTo(taskId: string, way: Way) {
  const { comments } = useComments(taskId);
  const draft = useDraft(taskId, way);
  const [chosen, setReplyTo] = useState<Comment | null | undefined>(undefined);
  const begun = draft.replyTo ? (comments.find((c) => c.id === draft.replyTo) ?? null) : null;
  return { replyTo: chosen === undefined ? begun : chosen, setReplyTo };
}
