import { ActionIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShell } from '@/app/Shell';
import { IconMenu } from '@/ui/icons';
import css from './contacts.module.css';

/** The line on top of each screen of contacts. */
export function Head({ title, children }: { title: string; children?: ReactNode }) {
  const { t } = useTranslation();
  const { openMenu } = useShell();
  return (
    <header className={css.head}>
      <ActionIcon className={css.menu} variant="subtle" color="gray" aria-label={t('app.menu')} onClick={openMenu}>
        <IconMenu size={18} />
      </ActionIcon>
      <h1>{title}</h1>
      {children}
    </header>
  );
}
