import { Menu } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newKey, queries } from '@/api/client';
import type { Notification } from '@/api/types';
import { shortTime } from '@/i18n/format';
import { IconAt, IconBell } from '@/ui/icons';
import { toast } from '@/ui/toast';
import { possible, useChoice } from './desktop';
import css from './Bell.module.css';

const notificationsQuery = queries.queryOptions('get', '/notifications', { params: { query: { limit: 30 } } });

/** What one is told of besides the lists: mentions and reminders. */
export function Bell({ className }: { className?: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const choice = useChoice();
  const [opened, setOpened] = useState(false);
  const { data } = useQuery(notificationsQuery);
  const list = data?.items ?? [];
  const unread = list.filter((n) => !n.read_at);
  const read = useMutation({
    mutationFn: () => api.POST('/notifications/read', { params: { header: { 'Idempotency-Key': newKey() } }, body: {} }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  });
  const open = (n: Notification) => void navigate({ to: '/tasks/$taskId', params: { taskId: n.task_id }, search: {} });
  useSaid(list, open);
  return (
    <Menu
      position="right-end"
      width={340}
      shadow="md"
      withinPortal
      opened={opened}
      onChange={setOpened}
      onClose={() => unread.length > 0 && read.mutate()}
    >
      <Menu.Target>
        <button type="button" className={className}>
          <IconBell />
          <span>{t('presence.notifications')}</span>
          {unread.length > 0 && (
            <span className={css.count}>
              {unread.length}
              <span className="sr">{t('presence.unread', { count: unread.length })}</span>
            </span>
          )}
        </button>
      </Menu.Target>
      <Menu.Dropdown className={css.list}>
        {choice === 'off' && possible && (
          <Menu.Item leftSection={<IconBell />} onClick={() => void navigate({ to: '/settings/me', hash: 'desktop' })}>
            <span className={css.item}>
              <small>{t('notify.offer')}</small>
            </span>
          </Menu.Item>
        )}
        {list.length === 0 && <p className={css.none}>{t('presence.noNotifications')}</p>}
        {list.map((n) => (
          <Menu.Item key={n.id} leftSection={n.type === 'mention' ? <IconAt /> : <IconBell />} onClick={() => open(n)}>
            <span className={css.item} data-unread={!n.read_at || undefined}>
              <span>{n.title}</span>
              {n.text && <small>{n.text}</small>}
              <small>{shortTime(n.at)}</small>
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Says what comes in while one looks, with the way to it. */
function useSaid(list: Notification[], open: (n: Notification) => void) {
  const { t } = useTranslation();
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (list.length === 0) {
      known.current ??= new Set();
      return;
    }
    const before = known.current;
    known.current = new Set(list.map((n) => n.id));
    if (!before) return;
    for (const n of list) {
      if (!before.has(n.id) && !n.read_at) toast(n.title, { words: t('presence.open'), act: () => open(n) });
    }
    // What is done with one is nobody's reason to say it again.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [list]);
}
