import { ActionIcon, Menu } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '@/app/keyboard';
import { serverNow } from '@/api/clock';
import type { Task } from '@/api/types';
import { mayWork } from '@/features/access/rights';
import { useMe } from '@/features/session/session';
import { nearTime } from '@/i18n/format';
import { useShowsChanges } from '@/features/conversation/Changes';
import { IconBell, IconClock, IconDots, IconHistory, IconMerge, IconSplit } from '@/ui/icons';
import { presets } from './times';
import { useSnooze } from './work';
import css from './TaskMenu.module.css';

const TimeDialog = lazy(() => import('./TimeDialog').then((m) => ({ default: m.TimeDialog })));
const RemindDialog = lazy(() => import('./RemindDialog').then((m) => ({ default: m.RemindDialog })));
const MergeDialog = lazy(() => import('./MergeDialog').then((m) => ({ default: m.MergeDialog })));
const SplitDialog = lazy(() => import('./SplitDialog').then((m) => ({ default: m.SplitDialog })));

type Dialog = 'snooze' | 'remind' | 'merge' | 'split';

/** What is done to a task less often: put it away, be reminded, merge, split. */
export function TaskMenu({ task }: { task: Task }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [opened, setOpened] = useState(false);
  const snooze = useSnooze(task);
  const zone = useMe().account.time_zone;
  const [changes, setChanges] = useShowsChanges();
  const close = () => setDialog(null);
  const may = mayWork(task);
  const resolved = task.status.category === 'resolved';
  useShortcuts({ z: () => may && !resolved && setDialog('snooze'), m: () => may && setDialog('merge'), h: () => setDialog('remind') });
  return (
    <>
      <Menu position="bottom-end" width={260} shadow="md" withinPortal opened={opened} onChange={setOpened}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('task.more')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {may && !resolved && (
            <>
              <Menu.Label>{t('snooze.title')}</Menu.Label>
              {opened &&
                presets(new Date(serverNow()), zone).map((p) => (
                  <Menu.Item key={p.key} leftSection={<IconClock />} rightSection={<When at={p.at} />} onClick={() => snooze(p.at)}>
                    {t(`snooze.preset.${p.key}`)}
                  </Menu.Item>
                ))}
              <Menu.Item leftSection={<IconClock />} onClick={() => setDialog('snooze')}>
                {t('snooze.custom')}
              </Menu.Item>
              <Menu.Divider />
            </>
          )}
          <Menu.Item leftSection={<IconBell />} onClick={() => setDialog('remind')}>
            {t('snooze.remind')}
          </Menu.Item>
          {may && (
            <>
              <Menu.Item leftSection={<IconMerge />} onClick={() => setDialog('merge')}>
                {t('merge.open')}
              </Menu.Item>
              <Menu.Item leftSection={<IconSplit />} onClick={() => setDialog('split')}>
                {t('merge.split')}
              </Menu.Item>
            </>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconHistory />} onClick={() => setChanges(!changes)}>
            {t(changes ? 'task.hideChanges' : 'task.showChanges')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {dialog === 'snooze' && <TimeDialog title={t('snooze.title')} hint={t('snooze.hint')} close={close} choose={snooze} />}
        {dialog === 'remind' && <RemindDialog task={task} close={close} />}
        {dialog === 'merge' && <MergeDialog task={task} close={close} />}
        {dialog === 'split' && <SplitDialog task={task} close={close} />}
      </Suspense>
    </>
  );
}

function When({ at }: { at: Date }) {
  return <span className={css.when}>{nearTime(at.toISOString())}</span>;
}
