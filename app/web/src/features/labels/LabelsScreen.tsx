import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import type { Label } from '@/api/types';
import { isAdmin, useMe } from '@/features/session/session';
import { tagsQuery, topicsQuery } from '@/features/work/work';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconPlus } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { LabelRow } from './LabelRow';
import { useLabelSteps, type LabelType } from './labels';
import css from './labels.module.css';

/** The tags and topics of tasks. */
export function LabelsScreen() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  return (
    <div className={css.screen}>
      <ScreenHead title={t('labels.title')} />
      <div className={css.body}>
        {!admin && <p className={css.text}>{t('labels.onlyAdmins')}</p>}
        <Labels type="tag" admin={admin} />
        <Labels type="topic" admin={admin} />
      </div>
    </div>
  );
}

function Labels({ type, admin }: { type: LabelType; admin: boolean }) {
  const { t } = useTranslation();
  const tags = useQuery({ ...tagsQuery, enabled: type === 'tag' });
  const topics = useQuery({ ...topicsQuery, enabled: type === 'topic' });
  const { data, error, refetch } = type === 'tag' ? tags : topics;
  const [adding, setAdding] = useState(false);
  const labels: Label[] | undefined = data?.items;
  return (
    <section className={css.section} aria-labelledby={`labels-${type}`}>
      <div className={css.head}>
        <h2 id={`labels-${type}`}>{t(`labels.titles.${type}`)}</h2>
        {admin && !adding && (
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
            {t(`labels.news.${type}`)}
          </Button>
        )}
      </div>
      <p className={css.text}>{t(`labels.hints.${type}`)}</p>
      {adding && <NewLabel type={type} done={() => setAdding(false)} />}
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!labels && !error && <Skeleton lines={3} />}
      {labels?.length === 0 && !adding && <p className={css.text}>{t(`labels.nones.${type}`)}</p>}
      <ul className={css.rows}>
        {labels?.map((l) => (
          <LabelRow key={l.name} type={type} label={l} others={labels.filter((x) => x.name !== l.name)} admin={admin} />
        ))}
      </ul>
    </section>
  );
}

function NewLabel({ type, done }: { type: LabelType; done: () => void }) {
  const { t } = useTranslation();
  const { set } = useLabelSteps(type);
  const [name, setName] = useState('');
  return (
    <form
      className={css.row}
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate({ name: name.trim(), color: '' }, { onSuccess: done });
      }}
    >
      <div className={css.what}>
        <input
          className={css.input}
          aria-label={t('labels.name')}
          placeholder={t('labels.name')}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- who asks for it wants to write
          autoFocus
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === 'Escape') done();
          }}
        />
        {set.error && <ErrorNote error={set.error} />}
      </div>
      <Button type="submit" size="xs" loading={set.isPending} disabled={!name.trim()}>
        {t('labels.create')}
      </Button>
      <Button type="button" size="xs" variant="default" onClick={done}>
        {t('app.cancel')}
      </Button>
    </form>
  );
}
