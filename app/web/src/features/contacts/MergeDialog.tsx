import { Button, Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { Compare } from './Compare';
import { likeQuery, useContactSteps } from './contacts';
import css from './contacts.module.css';

/** Makes another contact a part of this one. It can be taken back. */
export function MergeDialog({ contact, other: given, close }: { contact: Contact; other?: Contact; close: () => void }) {
  const { t } = useTranslation();
  const { merge } = useContactSteps();
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words, 200);
  const { data: like } = useQuery(likeQuery(asked));
  const [other, setOther] = useState<Contact | undefined>(given);
  const [take, setTake] = useState<string[]>([]);
  return (
    <Modal opened onClose={close} size="xl" title={t('contacts.merge.title', { name: contact.name })} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {!other ? (
        <div className={css.form}>
          <label>
            {t('contacts.merge.find')}
            <input className={css.input} data-autofocus value={words} onChange={(event) => setWords(event.currentTarget.value)} />
          </label>
          {(like?.items ?? [])
            .filter((c) => c.id !== contact.id)
            .map((c) => (
              <Button key={c.id} variant="default" onClick={() => setOther(c as Contact)}>
                {[c.name, ...c.emails].join(' · ')}
              </Button>
            ))}
        </div>
      ) : (
        <div className={css.form}>
          <p>{t('contacts.merge.hint')}</p>
          <Compare first={contact} second={other} take={take} setTake={setTake} />
          {merge.error && <ErrorNote error={merge.error} />}
          <Button
            loading={merge.isPending}
            onClick={() =>
              merge.mutate(
                { id: contact.id, other: other.id, take },
                {
                  onSuccess: () => {
                    toast(t('contacts.merge.done'));
                    close();
                  },
                },
              )
            }
          >
            {t('contacts.merge.now')}
          </Button>
        </div>
      )}
    </Modal>
  );
}
