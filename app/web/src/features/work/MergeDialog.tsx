import { Button, Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Page, Task } from '@/api/types';
import { StatusDot } from '@/features/tasks/StatusDot';
import { shortTime } from '@/i18n/format';
import { useErrorWords } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { useTaskSteps } from './work';
import css from './dialogs.module.css';

/** Finds the task that another one is to go into: first those of the same contact. */
export function MergeDialog({ task, close }: { task: Task; close: () => void }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const failed = useFailureToast();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [into, setInto] = useState<Task | null>(null);
  const [q] = useDebouncedValue(text.trim(), 200);
  const { merge, unmerge } = useTaskSteps(task);
  const query = { q: q || undefined, contact_id: q ? undefined : (task.contact_id ?? undefined), limit: 20 };
  const { data, isPending } = useQuery({
    queryKey: ['get', '/tasks', { params: { query }, of: 'merge' }],
    queryFn: async ({ signal }) => (await api.GET('/tasks', { params: { query }, signal })).data as Page<Task>,
    placeholderData: keepPreviousData,
  });
  const others = data?.items.filter((x) => x.id !== task.id) ?? [];
  const open = (id: string) => void navigate({ to: '/tasks/$taskId', params: { taskId: id }, search: true, replace: true });
  // What follows must happen also when the stream has meanwhile taken this task, and with it the dialog, off the screen.
  const takeBack = () =>
    unmerge.mutateAsync().then((back) => open(back.id), failed);
  const go = async () => {
    if (!into) return;
    try {
      const survivor = await merge.mutateAsync(into.id);
      close();
      open(survivor.id);
      toast(t('merge.done', { number: task.number, into: survivor.number }), { words: t('task.undo'), act: () => void takeBack() });
    } catch {
      // it is said below
    }
  };
  return (
    <Modal opened onClose={close} title={t('merge.title', { number: task.number })} size="lg" lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <p className={css.hint}>{t('merge.hint')}</p>
        <input
          className={css.input}
          value={text}
          data-autofocus
          aria-label={t('merge.find')}
          placeholder={t('merge.find')}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className={css.list} role="radiogroup" aria-label={t('merge.into')}>
          {others.map((x) => (
            <label key={x.id} className={css.option}>
              <input type="radio" name="into" checked={into?.id === x.id} onChange={() => setInto(x)} />
              <span className={css.what}>
                <strong>{t('task.number', { number: x.number })}</strong> {x.title}
                <small>
                  {x.contact_name || t('tasks.nobody')} · {shortTime(x.last_comment_at)}
                </small>
              </span>
              <StatusDot status={x.status} named />
            </label>
          ))}
          {!isPending && others.length === 0 && <p className={css.hint}>{q ? t('tasks.empty.found') : t('merge.none')}</p>}
        </div>
        {merge.error && (
          <p className={css.error} role="alert">
            {words(merge.error)}
          </p>
        )}
        <div className={css.buttons}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={!into} loading={merge.isPending}>
            {into ? t('merge.confirm', { number: task.number, into: into.number }) : t('merge.choose')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
