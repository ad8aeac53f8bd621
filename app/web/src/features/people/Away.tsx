import { Menu } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { useMe } from '@/features/session/session';
import { presets } from '@/features/work/times';
import { nearTime } from '@/i18n/format';
import { IconClock } from '@/ui/icons';

const TimeDialog = lazy(() => import('@/features/work/TimeDialog').then((m) => ({ default: m.TimeDialog })));

/** What is changed of somebody's availability. */
export type Presence = { available: boolean } | { away_until: string };

interface Props {
  available: boolean;
  until: string | null;
  set: (p: Presence) => void;
  /** Opens the dialog for a time of one's own, outside the menu, which closes. */
  ask: () => void;
}

/** Entries of a menu: here, away, away until a time. */
export function AwayItems({ available, until, set, ask }: Props) {
  const { t } = useTranslation();
  const zone = useMe().account.time_zone;
  return (
    <>
      <Menu.CheckboxItem checked={available} onChange={(next) => set({ available: next })}>
        {available || !until ? t('away.available') : t('away.backAt', { time: nearTime(until) })}
      </Menu.CheckboxItem>
      <Menu.Label>{t('away.until')}</Menu.Label>
      {presets(new Date(serverNow()), zone).map((p) => (
        <Menu.Item key={p.key} leftSection={<IconClock />} onClick={() => set({ away_until: p.at.toISOString() })}>
          {t(`snooze.preset.${p.key}`)}
        </Menu.Item>
      ))}
      <Menu.Item leftSection={<IconClock />} onClick={ask}>
        {t('snooze.custom')}
      </Menu.Item>
    </>
  );
}

/** Whether the dialog for a time of one's own is open, and the dialog. */
export function useAwayDialog(set: (p: Presence) => void) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const dialog = open && (
    <Suspense>
      <TimeDialog
        title={t('away.until')}
        hint={t('away.hint')}
        confirm={t('away.confirm')}
        close={() => setOpen(false)}
        choose={(at) => set({ away_until: at.toISOString() })}
      />
    </Suspense>
  );
  return { ask: () => setOpen(true), dialog };
}
