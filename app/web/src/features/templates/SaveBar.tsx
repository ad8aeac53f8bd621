import { Button, Modal } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { list } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import type { Part } from './diff';
import { useLeaving } from './draft';
import css from './Editor.module.css';

interface Props {
  dirty: boolean;
  parts: Part[];
  saving: boolean;
  error: unknown;
  /** How many places are wrong. */
  faults: number;
  save: () => void;
  discard: () => void;
}

/** Says what is not saved, for as long as there is something. */
export function SaveBar({ dirty, parts, saving, error, faults, save, discard }: Props) {
  const { t } = useTranslation();
  const leaving = useLeaving(dirty);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (dirty && !saving) save();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
  return (
    <>
      {dirty && (
        <div className={css.bar} role="region" aria-label={t('templates.save.bar')}>
          {error !== null && error !== undefined && faults === 0 && <ErrorNote error={error} />}
          <div className={css.barRow}>
            <p role="status">
              <strong>{t('templates.save.unsaved')}</strong> {list(parts.map((p) => t(`templates.part.${p}`)))}
              {faults > 0 && <span className={css.wrong}>{t('templates.save.faults', { count: faults })}</span>}
            </p>
            <Button size="sm" variant="default" onClick={discard}>
              {t('templates.save.discard')}
            </Button>
            <Button size="sm" loading={saving} onClick={save}>
              {t('templates.save.save')}
            </Button>
          </div>
        </div>
      )}
      <Modal opened={leaving.status === 'blocked'} onClose={() => leaving.reset?.()} title={t('templates.save.leave')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <p className={css.text}>{t('templates.save.leaveHint', { parts: list(parts.map((p) => t(`templates.part.${p}`))) })}</p>
        <div className={css.buttons}>
          <Button variant="default" onClick={() => leaving.reset?.()} data-autofocus>
            {t('templates.save.stay')}
          </Button>
          <Button color="red" variant="light" onClick={() => leaving.proceed?.()}>
            {t('templates.save.drop')}
          </Button>
        </div>
      </Modal>
    </>
  );
}
