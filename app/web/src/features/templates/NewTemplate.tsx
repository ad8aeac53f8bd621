import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { draftOf, useTemplateSteps, wholeQuery, type AnyDraft, type Listed, type Sort } from './templates';
import css from './Editor.module.css';

interface Props {
  sort: Sort;
  from?: string;
  items: Listed[];
  close: () => void;
}

/** A new template begins as a copy, so that it works from the first moment; nothing uses it yet. */
export function NewTemplate({ sort, from, items, close }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const standard = items.find((x) => x.standard)?.id ?? items[0]?.id ?? '';
  const [source, setSource] = useState(from ?? standard);
  const chosen = items.find((x) => x.id === source);
  const [name, setName] = useState(from && chosen ? t('templates.copyName', { name: chosen.name }) : '');
  const { data } = useQuery({ ...wholeQuery(sort, source), enabled: source !== '' });
  const { create } = useTemplateSteps(sort);
  const error = create.error ? asApiError(create.error) : null;
  const submit = () => {
    if (!data) return;
    const draft: AnyDraft = { ...draftOf(sort, data), name: name.trim() };
    create.mutate(draft, {
      onSuccess: (made) => void navigate({ to: sort === 'object' ? '/settings/templates/$templateId' : '/settings/contact-templates/$templateId', params: { templateId: made.id } }),
    });
  };
  return (
    <Modal opened onClose={close} title={t('templates.newTitle')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput data-autofocus label={t('templates.part.name')} value={name} maxLength={200} error={error?.faultAt('name')} onChange={(e) => setName(e.currentTarget.value)} />
        <NativeSelect label={t('templates.begin')} description={t('templates.beginHint')} value={source} data={items.map((x) => ({ value: x.id, label: x.name }))} onChange={(e) => setSource(e.currentTarget.value)} />
        {error && !error.faultAt('name') && <ErrorNote error={error} />}
        <div className={css.buttons}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={!name.trim() || !data} loading={create.isPending}>
            {t('templates.create')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
