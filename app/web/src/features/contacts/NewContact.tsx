import { Button, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { likeQuery, useContactSteps } from './contacts';
import css from './contacts.module.css';

/** A contact made by hand. Whoever is there already is shown while one types. */
export function NewContact({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { create } = useContactSteps();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [asked] = useDebouncedValue(email.includes('@') ? email : name, 200);
  const { data: like } = useQuery(likeQuery(asked));
  const error = create.error ? asApiError(create.error) : null;
  return (
    <Modal opened onClose={close} title={t('contacts.new')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const phone = String(form.get('phone')).trim();
          create.mutate(
            { name, kind: form.get('kind') as 'person', emails: email.trim() ? [email.trim()] : [], phones: phone ? [phone] : [] },
            { onSuccess: (c) => void navigate({ to: '/contacts/$contactId', params: { contactId: c.id } }) },
          );
        }}
      >
        <TextInput data-autofocus label={t('contacts.name')} value={name} onChange={(event) => setName(event.currentTarget.value)} required withAsterisk={false} error={error?.faultAt('name')} />
        <fieldset className={css.steps}>
          <legend className="sr">{t('contacts.kind')}</legend>
          {(['person', 'company'] as const).map((kind) => (
            <label key={kind} className={css.check}>
              <input type="radio" name="kind" value={kind} defaultChecked={kind === 'person'} /> {t(`contacts.one.${kind}`)}
            </label>
          ))}
        </fieldset>
        <TextInput label={t('contact.email')} type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} error={error?.faultAt('emails')} />
        <TextInput label={t('contact.phone')} name="phone" type="tel" error={error?.faultAt('phones')} />
        {asked.trim().length > 2 && like && like.items.length > 0 && (
          <div className={css.note} role="status">
            <p>{t('contacts.maybe')}</p>
            {like.items.map((c) => (
              <p key={c.id}>
                <Link to="/contacts/$contactId" params={{ contactId: c.id }}>
                  {[c.name, ...c.emails].join(' · ')}
                </Link>
              </p>
            ))}
          </div>
        )}
        {error && error.faults.length === 0 && <ErrorNote error={error} />}
        <Button type="submit" loading={create.isPending}>
          {t('contacts.create')}
        </Button>
      </form>
    </Modal>
  );
}
