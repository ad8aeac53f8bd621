import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '@/api/client';
import { asApiError } from '@/api/problem';
import type { Comment, Task } from '@/api/types';
import { useCapabilities } from '@/features/channels/channels';
import { windowQuery } from '@/features/tasks/tasks';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconClip, IconClose, IconLock, IconReply, IconSend } from '@/ui/icons';
import { Keys } from '@/ui/Keys';
import { ComposerFiles, useUploads } from './ComposerFiles';
import { useAddComment } from './comments';
import { restoreDraft, useDraft, writeDraft, type Visibility } from './drafts';
import { WindowLine } from './WindowLine';
import css from './Composer.module.css';

export interface ComposerHandle {
  /** Puts the writer into the field. */
  begin: (visibility: Visibility, replyTo?: Comment) => void;
}

interface Props {
  task: Task;
  /** What is chosen when the task is opened. */
  initial: Visibility;
  ref?: Ref<ComposerHandle>;
}

/** Where answers and notes are written. It always shows which of the two it is, to whom it goes, and whether it may. */
export function Composer({ task, initial, ref }: Props) {
  const { t } = useTranslation();
  const [visibility, setVisibility] = useState<Visibility>(initial);
  const [replyTo, setReplyTo] = useState<Comment | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const { text } = useDraft(task.id, visibility);
  const uploads = useUploads(task.id, visibility);
  const add = useAddComment(task.id);
  const { data: window } = useQuery({ ...windowQuery(task.id), enabled: task.conversation_id !== null });
  const limit = useCapabilities(task.channel_id)?.text_limit ?? 0;
  const isPublic = visibility === 'public';
  const tooLong = isPublic && limit > 0 && [...text].length > limit;
  const forbidden = isPublic && window?.may_write === false;
  const ready = (text.trim() !== '' || uploads.files.length > 0) && !uploads.busy && !tooLong && !forbidden;
  useLayoutEffect(() => (growsItself ? undefined : grow(field.current)), [text]);

  useImperativeHandle(ref, () => ({
    begin: (to, comment) => {
      setVisibility(task.conversation_id ? to : 'internal');
      setReplyTo(comment ?? null);
      field.current?.focus();
    },
  }));

  const write = (next: string) => writeDraft(task.id, visibility, { text: next, files: uploads.files });
  const send = () => {
    if (!ready || add.isPending) return;
    const draft = { text, files: uploads.files };
    writeDraft(task.id, visibility, { text: '', files: [] });
    setReplyTo(null);
    add.mutate(
      { text: text.trim(), visibility, attachments: draft.files, replyTo: isPublic ? replyTo?.id : undefined, key: newKey() },
      { onError: () => restoreDraft(task.id, visibility, draft) },
    );
  };
  const drop = (files: FileList | null) => files && uploads.add([...files]);

  return (
    // Files can be dropped anywhere on it; the same is done by keyboard with the button below.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className={css.composer}
      data-visibility={visibility}
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
          {(['public', 'internal'] as const).map((v) => (
            <label key={v} data-visibility={v}>
              <input
                type="radio"
                name="visibility"
                className="sr"
                checked={visibility === v}
                disabled={v === 'public' && !task.conversation_id}
                onChange={() => setVisibility(v)}
              />
              {v === 'public' ? <IconReply size={14} /> : <IconLock size={14} />}
              {t(`composer.${v}`)}
            </label>
          ))}
        </div>
        <p className={css.to}>
          {isPublic ? t('composer.to', { name: task.contact_name || t('tasks.nobody'), channel: task.channel_name }) : t('composer.internalHint')}
        </p>
      </div>
      {replyTo && isPublic && (
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
        aria-label={isPublic ? t('composer.public') : t('composer.internal')}
        placeholder={isPublic ? t('composer.placeholder') : t('composer.notePlaceholder')}
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
        <div className={css.state}>
          {isPublic && task.conversation_id && window && <WindowLine taskId={task.id} window={window} />}
          <Count text={text} limit={isPublic ? limit : 0} />
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
          leftSection={isPublic ? <IconSend size={14} /> : <IconLock size={14} />}
        >
          {isPublic ? t('composer.send') : t('composer.addNote')}
        </Button>
      </div>
    </form>
  );
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
