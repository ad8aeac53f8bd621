import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { Contact } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { useContactSteps } from './contacts';
import css from './contacts.module.css';

/** Takes away everything personal of a contact, for ever: to be confirmed by its name. */
export function EraseDialog({ contact, close }: { contact: Contact; close: () => void }) {
  const { t } = useTranslation();
  const { erase } = useContactSteps();
  const [name, setName] = useState('');
  const r = erase.data;
  const fault = erase.error ? asApiError(erase.error).faultAt('name') : undefined;
  return (
    <Modal opened onClose={close} title={t('contacts.erase.title')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {r ? (
        <div className={css.form} role="status">
          <p>{t('contacts.erase.done', { comments: r.comments, files: r.files, tasks: r.tasks, events: r.events, leads: r.leads })}</p>
          <p className={css.muted}>{t('contacts.erase.receipt', { id: r.id })}</p>
        </div>
      ) : (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            erase.mutate({ id: contact.id, name });
          }}
        >
          <p>{t('contacts.erase.hint')}</p>
          <TextInput
            data-autofocus
            label={t('contacts.erase.type', { name: contact.name })}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="off"
            error={fault}
          />
          {erase.error && !fault && <ErrorNote error={erase.error} />}
          <Button type="submit" color="red.9" loading={erase.isPending} disabled={!name.trim() && !!contact.name}>
            {t('contacts.erase.now')}
          </Button>
        </form>
      )}
    </Modal>
  );
}
