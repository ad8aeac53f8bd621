import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconBack, IconMenu } from '@/ui/icons';
import { useShell } from './Shell';
import css from './ScreenHead.module.css';

/** The list from which one came. */
interface Back {
  to: '/contacts';
  label: string;
}

/** The line on top of a screen: the way to the menu where it is narrow, what the screen is, what can be done. */
export function ScreenHead({ title, back, children }: { title: string; back?: Back; children?: ReactNode }) {
  const { t } = useTranslation();
  const { openMenu } = useShell();
  return (
    <header className={css.head}>
      <ActionIcon className={css.menu} data-back={!!back || undefined} variant="subtle" color="gray" aria-label={t('app.menu')} onClick={openMenu}>
        <IconMenu size={18} />
      </ActionIcon>
      {back && (
        <ActionIcon component={Link} to={back.to} className={css.back} variant="subtle" color="gray" aria-label={back.label} title={back.label}>
          <IconBack size={18} />
        </ActionIcon>
      )}
      <h1 title={title}>{title}</h1>
      {children}
    </header>
  );
}
