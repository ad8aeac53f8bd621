import { ActionIcon, Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconDots } from '@/ui/icons';
import css from './ScreenHead.module.css';

/** Something that can be done from the head of a screen: a way to another one, a file to fetch, or a step. */
export interface HeadAction {
  label: string;
  icon?: ReactNode;
  to?: '/contacts/duplicates' | '/contacts/groups' | '/contacts/import';
  file?: { href: string; name: string };
  run?: () => void;
  danger?: boolean;
}

/** What can be done less often: side by side, and a menu on a phone, where they would take rows of their own. */
export function HeadActions({ actions }: { actions: HeadAction[] }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={css.actions}>
        {actions.map((a) => (
          <Button key={a.label} size="xs" variant="default" leftSection={a.icon} data-danger={a.danger || undefined} {...target(a)}>
            {a.label}
          </Button>
        ))}
      </div>
      <Menu position="bottom-end" width={240} shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon className={css.more} variant="default" size={30} aria-label={t('app.more')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((a) => (
            <Menu.Item key={a.label} leftSection={a.icon} color={a.danger ? 'red' : undefined} {...target(a)}>
              {a.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function target({ to, file, run }: HeadAction) {
  if (to) return { component: Link, to } as object;
  if (file) return { component: 'a', href: file.href, download: file.name } as object;
  return { onClick: run };
}
