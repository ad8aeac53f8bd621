import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { Task } from '@/api/types';
import { nearTime } from '@/i18n/format';
import { useErrorWords } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { TimeChoice } from './TimeChoice';
import { useRemind } from './work';
import css from './dialogs.module.css';

/** Asks when somebody wants to be reminded of a task, and whether also if the contact has answered by then. */
export function RemindDialog({ task, close }: { task: Task; close: () => void }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const [at, setAt] = useState<Date | null>(null);
  const [always, setAlways] = useState(false);
  const [note, setNote] = useState('');
  const { add, remove } = useRemind(task.id);
  const send = () => {
    if (!at || add.isPending) return;
    add.mutate(
      { at: at.toISOString(), unless_answered: !always, note: note.trim() },
      {
        onSuccess: ({ data }) => {
          const made = data?.id;
          const act = () => made && remove.mutate(made);
          toast(t('snooze.reminded', { time: nearTime(at.toISOString()) }), { words: t('task.undo'), act });
          close();
        },
      },
    );
  };
  return (
    <Modal opened onClose={close} title={t('snooze.remind')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <p className={css.hint}>{t('snooze.remindHint')}</p>
        <TimeChoice value={at} onChange={setAt} />
        <fieldset className={css.choice}>
          <legend className="sr">{t('snooze.when')}</legend>
          <label>
            <input type="radio" name="always" checked={!always} onChange={() => setAlways(false)} />
            {t('snooze.unlessAnswered')}
          </label>
          <label>
            <input type="radio" name="always" checked={always} onChange={() => setAlways(true)} />
            {t('snooze.always')}
          </label>
        </fieldset>
        <label className={css.stack}>
          {t('snooze.note')}
          <input className={css.input} value={note} maxLength={500} onChange={(event) => setNote(event.currentTarget.value)} />
        </label>
        {add.error && (
          <p className={css.error} role="alert">
            {asApiError(add.error).faults[0]?.message ?? words(add.error)}
          </p>
        )}
        <div className={css.buttons}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={!at} loading={add.isPending}>
            {t('snooze.remindConfirm')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
