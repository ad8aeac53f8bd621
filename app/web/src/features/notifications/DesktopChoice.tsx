import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from '@/features/me/Me.module.css';
import { choices, choose, possible, useChoice, type Choice } from './desktop';

/** Whether this computer tells of new messages, with what the browser says to that. */
export function DesktopChoice() {
  const { t } = useTranslation();
  const choice = useChoice();
  const [refused, setRefused] = useState(() => possible && Notification.permission === 'denied');
  return (
    <section className={css.section} aria-labelledby="me-desktop" id="desktop">
      <div className={css.title}>
        <h2 id="me-desktop">{t('notify.title')}</h2>
      </div>
      <p className={css.text}>{t('notify.why')}</p>
      <NativeSelect
        className={css.form}
        aria-labelledby="me-desktop"
        value={choice}
        onChange={(event) => void choose(event.currentTarget.value as Choice).then((allowed) => setRefused(!allowed))}
        disabled={!possible}
        data={choices.map((value) => ({ value, label: t(`notify.${value}`) }))}
      />
      {!possible && <p className={css.text}>{t('notify.impossible')}</p>}
      {refused && (
        <p className={css.text} role="status">
          {t('notify.refused')}
        </p>
      )}
    </section>
  );
}
