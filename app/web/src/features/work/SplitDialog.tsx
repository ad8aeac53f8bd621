import { Button, Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { useComments } from '@/features/conversation/comments';
import { nearTime } from '@/i18n/format';
import { useErrorWords } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { useTaskSteps } from './work';
import css from './dialogs.module.css';

/** Makes a task of its own of some comments. */
export function SplitDialog({ task, close }: { task: Task; close: () => void }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const navigate = useNavigate();
  const { comments } = useComments(task.id);
  const own = comments.filter((c) => !c.history && c.task_id === task.id);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [title, setTitle] = useState('');
  const [follow, setFollow] = useState(false);
  const { split } = useTaskSteps(task);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const go = () =>
    split.mutate(
      { comment_ids: [...chosen], title: title.trim() || undefined, continue: follow },
      {
        onSuccess: (made) => {
          close();
          toast(t('merge.splitDone', { number: made.number }));
          void navigate({ to: '/tasks/$taskId', params: { taskId: made.id }, search: true });
        },
      },
    );
  return (
    <Modal opened onClose={close} title={t('merge.splitTitle', { number: task.number })} size="lg" lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <p className={css.hint}>{t('merge.splitHint')}</p>
        <div className={css.list} role="group" aria-label={t('merge.splitChoose')}>
          {own.map((c) => (
            <label key={c.id} className={css.option}>
              <input type="checkbox" checked={chosen.has(c.id)} onChange={() => toggle(c.id)} />
              <span className={css.what}>
                {c.text || t('conversation.quoteFile')}
                <small>
                  {c.author.name || t(`conversation.author.${c.author.kind}`)} · {nearTime(c.occurred_at)}
                </small>
              </span>
            </label>
          ))}
        </div>
        <label className={css.stack}>
          {t('merge.newTitle')}
          <input className={css.input} value={title} maxLength={200} placeholder={task.title} onChange={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <fieldset className={css.choice}>
          <legend>{t('merge.future')}</legend>
          <label>
            <input type="radio" name="follow" checked={!follow} onChange={() => setFollow(false)} />
            {t('merge.futureStays', { number: task.number })}
          </label>
          <label>
            <input type="radio" name="follow" checked={follow} onChange={() => setFollow(true)} />
            {t('merge.futureGoes')}
          </label>
        </fieldset>
        {split.error && (
          <p className={css.error} role="alert">
            {words(split.error)}
          </p>
        )}
        <div className={css.buttons}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={chosen.size === 0} loading={split.isPending}>
            {t('merge.splitConfirm', { count: chosen.size })}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
