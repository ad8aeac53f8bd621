import { ActionIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconMenu } from '@/ui/icons';
import { useShell } from './Shell';
import css from './ScreenHead.module.css';

/** The line on top of a screen: the way to the menu where it is narrow, what the screen is, what can be done. */
export function ScreenHead({ title, children }: { title: string; children?: ReactNode }) {
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
