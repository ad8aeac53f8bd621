import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TimeChoice } from './TimeChoice';
import css from './dialogs.module.css';

interface Props {
  title: string;
  hint: string;
  /** What the button says, where it is not about snoozing. */
  confirm?: string;
  close: () => void;
  choose: (at: Date) => void;
}

/** Asks for a time. */
export function TimeDialog({ title, hint, confirm, close, choose }: Props) {
  const { t } = useTranslation();
  const [at, setAt] = useState<Date | null>(null);
  return (
    <Modal opened onClose={close} title={title} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!at) return;
          choose(at);
          close();
        }}
      >
        <p className={css.hint}>{hint}</p>
        <TimeChoice value={at} onChange={setAt} />
        <div className={css.buttons}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={!at}>
            {confirm ?? t('snooze.confirm')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
