import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconDone } from '@/ui/icons';
import { useFailureToast } from '@/ui/toast';
import { Compare } from './Compare';
import { duplicatesQuery, useContactSteps, type DuplicatePair } from './contacts';
import { ScreenHead } from '@/app/ScreenHead';
import { MergeDialog } from './MergeDialog';
import css from './contacts.module.css';

/** Contacts that may be the same, with what speaks for it. */
export function DuplicatesScreen() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(duplicatesQuery);
  const { dismiss } = useContactSteps();
  const failed = useFailureToast();
  const [merging, setMerging] = useState<DuplicatePair>();
  return (
    <div className={css.screen}>
      <ScreenHead title={t('contacts.duplicates.title')} back={{ to: '/contacts', label: t('contacts.all') }} />
      <div className={css.body}>
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {data?.items.length === 0 && (
          <div className={css.empty}>
            <IconDone size={28} />
            <h2>{t('contacts.duplicates.none')}</h2>
            <p>{t('contacts.duplicates.noneHint')}</p>
          </div>
        )}
        {data?.items.map((pair) => (
          <section key={pair.first.id + pair.second.id} className={css.pair} aria-label={`${pair.first.name}, ${pair.second.name}`}>
            <p className={css.evidence}>
              <strong>{t('contacts.duplicates.score', { score: pair.score })}</strong>
              {pair.evidence.map((e) => (
                <span key={e.type + e.value}>{`${e.text}: ${e.value}`}</span>
              ))}
            </p>
            <Compare first={pair.first as Contact} second={pair.second as Contact} />
            <div className={css.steps}>
              <Button size="xs" onClick={() => setMerging(pair)}>
                {t('contacts.merge.button')}
              </Button>
              <Button size="xs" variant="default" onClick={() => dismiss.mutate(pair, { onError: failed })}>
                {t('contacts.duplicates.dismiss')}
              </Button>
            </div>
          </section>
        ))}
      </div>
      {merging && <MergeDialog contact={merging.first as Contact} other={merging.second as Contact} close={() => setMerging(undefined)} />}
    </div>
  );
}
