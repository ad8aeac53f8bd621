import { Button, Modal, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { titleOf, useChannelSteps, type Channel } from './channels';
import css from './ChannelScreen.module.css';

/** Removes a channel: said what becomes of everything, and confirmed by its name. */
export function RemoveDialog({ channel: c, close }: { channel: Channel; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const { remove } = useChannelSteps(c.id);
  const name = titleOf(c);
  const right = typed.trim() === name.trim();
  return (
    <Modal opened onClose={close} title={t('channel.remove.ask', { name })} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          if (!right) return;
          remove.mutate(undefined, {
            onSuccess: () => {
              toast(t('channel.remove.done', { name }));
              void navigate({ to: '/channels' });
            },
          });
        }}
      >
        <ul className={css.consequences}>
          <li>{t('channel.remove.stays')}</li>
          <li>{t('channel.remove.stops')}</li>
          <li>{t('channel.remove.free')}</li>
          <li>{t('channel.remove.again')}</li>
        </ul>
        <TextInput data-autofocus label={t('channel.remove.type', { name })} value={typed} autoComplete="off" onChange={(event) => setTyped(event.currentTarget.value)} />
        {remove.error && <ErrorNote error={remove.error} />}
        <div className={css.buttons}>
          <Button type="submit" color="red" disabled={!right} loading={remove.isPending}>
            {t('channel.remove.sure')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
