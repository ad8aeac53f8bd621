import { ActionIcon, Button } from '@mantine/core';
import { useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '@/api/client';
import { asApiError } from '@/api/problem';
import type { Comment, Task } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconBolt, IconClip, IconClose, IconLock, IconMail, IconReply, IconSend, IconUsers } from '@/ui/icons';
import { Keys } from '@/ui/Keys';
import { ComposerFiles, useUploads } from './ComposerFiles';
import { mayAnswer } from './collision';
import { useAddComment } from './comments';
import { restoreDraft, useDraft, writeDraft } from './drafts';
import { Mentions } from './Mentions';
import { SavedReplies } from './SavedReplies';
import { useWays, type Way } from './ways';
import { WindowLine } from './WindowLine';
import css from './Composer.module.css';

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
  const [replyTo, setReplyTo] = useState<Comment | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const ways = useWays(task, replyTo);
  const way = ways.all.includes(chosen) ? chosen : 'internal';
  const { text } = useDraft(task.id, way);
  const [savedReply, setSavedReply] = useState<string>();
  const uploads = useUploads(task.id, way);
  const add = useAddComment(task.id);
  const window = ways.windowOf(way);
  const limit = ways.limitOf(way);
  const tooLong = limit > 0 && [...text].length > limit;
  const ready = (text.trim() !== '' || uploads.files.length > 0) && !uploads.busy && !tooLong && window?.may_write !== false;
  const label = way === 'public' && ways.under ? t('composer.publicly') : t(`composer.${way}`);
  useLayoutEffect(() => (growsItself ? undefined : grow(field.current)), [text]);

  useImperativeHandle(ref, () => ({
    begin: (to, comment) => {
      setWay(to);
      setReplyTo(comment ?? null);
      field.current?.focus();
    },
  }));

  const write = (next: string) => writeDraft(task.id, way, { text: next, files: uploads.files });
  const send = () => {
    if (!ready || add.isPending) return;
    if (way !== 'internal' && !mayAnswer(task.id)) return;
    const draft = { text, files: uploads.files };
    const answered = way === 'internal' ? undefined : (replyTo ?? ways.under)?.id;
    writeDraft(task.id, way, { text: '', files: [] });
    setReplyTo(null);
    setSavedReply(undefined);
    add.mutate(
      { text: text.trim(), way, attachments: draft.files, replyTo: answered, savedReply, key: newKey() },
      { onError: () => restoreDraft(task.id, way, draft) },
    );
  };
  const drop = (files: FileList | null) => files && uploads.add([...files]);

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
            </label>
          ))}
        </div>
        <p className={css.to} data-matters={way === 'internal' || ways.under !== null || undefined}>
          <To task={task} way={way} under={ways.under} />
        </p>
      </div>
      {replyTo && way !== 'internal' && (
        <p className={css.replyTo}>
          <span>{t('composer.replyTo', { text: replyTo.text || t('conversation.quoteFile') })}</span>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('composer.noReplyTo')} onClick={() => setReplyTo(null)}>
            <IconClose size={14} />
          </ActionIcon>
        </p>
      )}
      <textarea
        ref={field}
        className={css.field}
        rows={1}
        aria-label={label}
        placeholder={way === 'internal' ? t('composer.notePlaceholder') : t('composer.placeholder')}
        value={text}
        dir="auto"
        aria-invalid={tooLong || undefined}
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
          put={(next, files, id) => {
            writeDraft(task.id, way, { text: next, files: [...uploads.files, ...files] });
            setSavedReply(id);
          }}
        />
      )}
      <ComposerFiles uploads={uploads} />
      {add.error && <Refusal error={add.error} />}
      <div className={css.foot}>
        <ActionIcon component="label" variant="subtle" color="gray" title={t('composer.attach')} className={css.attach}>
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
        <div className={css.state}>
          {window && <WindowLine window={window} />}
          <Count text={text} limit={limit} />
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
    </form>
  );
}

/** Opens the saved replies as typing a slash does. */
function begin(field: HTMLTextAreaElement | null, text: string, write: (text: string) => void) {
  if (!field) return;
  const slash = text === '' || /\s$/.test(text) ? '/' : ' /';
  write(text + slash);
  requestAnimationFrame(() => {
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.dispatchEvent(new Event('click'));
  });
}

function WayIcon({ way, under }: { way: Way; under: boolean }) {
  if (way === 'internal') return <IconLock size={14} />;
  if (way === 'private') return <IconMail size={14} />;
  return under ? <IconUsers size={14} /> : <IconReply size={14} />;
}

/** Who will read it. */
function To({ task, way, under }: { task: Task; way: Way; under: Comment | null }) {
  const { t } = useTranslation();
  const name = under?.author.name || task.contact_name || t('tasks.nobody');
  if (way === 'internal') return t('composer.internalHint');
  if (way === 'private') return t('composer.privateHint', { name });
  return under ? t('composer.publicHint', { name }) : t('composer.to', { name, channel: task.channel_name });
}

/** Says how long the text is as soon as that matters. */
function Count({ text, limit }: { text: string; limit: number }) {
  const { t } = useTranslation();
  const length = [...text].length;
  if (limit === 0 || length < limit * 0.8) return null;
  return (
    <span className={css.count} data-over={length > limit || undefined} role={length > limit ? 'alert' : undefined}>
      {length > limit ? t('composer.tooLong', { count: length - limit }) : `${length} / ${limit}`}
    </span>
  );
}

function Refusal({ error }: { error: unknown }) {
  const [first] = asApiError(error).faults;
  if (first) return <p className={css.refusal}>{first.message}</p>;
  return <ErrorNote error={error} />;
}

/** Most browsers do it by themselves. */
const growsItself = CSS.supports('field-sizing', 'content');

/** Lets the field be as high as what is in it, up to the limit of its style. */
function grow(field: HTMLTextAreaElement | null) {
  if (!field) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
