import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BulkTask, Task } from '@/api/types';
import { mayWork } from '@/features/access/rights';
import { tagsQuery } from '@/features/work/work';
import { Face } from '@/ui/Face';
import { IconClose, IconDone, IconMail, IconReopen, IconTag, IconUser } from '@/ui/icons';
import { useBulk } from './bulk';
import { staffQuery, teamsQuery } from './tasks';
import css from './BulkBar.module.css';

interface Props {
  chosen: Task[];
  all: () => void;
  clear: () => void;
}

/** What can be done with all the tasks that are chosen. */
export function BulkBar({ chosen, all, clear }: Props) {
  const { t } = useTranslation();
  const { change, busy } = useBulk();
  const staff = useQuery(staffQuery);
  const teams = useQuery(teamsQuery);
  const tags = useQuery(tagsQuery);
  const resolved = chosen.every((x) => x.status.category === 'resolved');
  const unread = chosen.some((x) => x.unread);
  const read = chosen.filter((x) => !mayWork(x)).length;
  const none = read === chosen.length;
  const each = (what: (task: Task) => Omit<BulkTask, 'id'>) => {
    change(chosen.map((task) => ({ id: task.id, ...what(task) }) as BulkTask));
    clear();
  };
  const parties = [...(teams.data?.items ?? []), ...(staff.data?.items ?? []).filter((x) => x.enabled)];
  return (
    <div className={css.bar} role="toolbar" aria-label={t('bulk.title')}>
      <strong aria-live="polite">{t('bulk.chosen', { count: chosen.length })}</strong>
      <button type="button" className={css.all} onClick={all}>
        {t('bulk.all')}
      </button>
      {read > 0 && <small>{t('access.bulk', { count: read })}</small>}
      <span className={css.actions}>
        <Button
          size="compact-xs"
          loading={busy}
          disabled={none && resolved}
          leftSection={resolved ? <IconReopen size={14} /> : <IconDone size={14} />}
          onClick={() => each(() => ({ category: resolved ? 'new' : 'resolved' }))}
        >
          {t(resolved ? 'bulk.reopen' : 'bulk.resolve')}
        </Button>
        <Menu shadow="md" withinPortal>
          <Menu.Target>
            <Button size="compact-xs" variant="default" disabled={none} aria-label={t('bulk.assign')} title={t('bulk.assign')}>
              <IconUser size={14} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={300} className={css.menu}>
            <Menu.Item onClick={() => each(() => ({ assignee_ids: [] }))}>{t('bulk.nobody')}</Menu.Item>
            {parties.map((p) => (
              <Menu.Item key={p.id} leftSection={<Face name={p.name} id={p.id} size={18} />} onClick={() => each(() => ({ assignee_ids: [p.id] }))}>
                {p.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Menu shadow="md" withinPortal>
          <Menu.Target>
            <Button size="compact-xs" variant="default" aria-label={t('bulk.tag')} title={t('bulk.tag')}>
              <IconTag size={14} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={300} className={css.menu}>
            {(tags.data?.items ?? []).map(({ name }) => (
              <Menu.Item key={name} onClick={() => each((x) => ({ tags: [...new Set([...x.tags, name])] }))}>
                {name}
              </Menu.Item>
            ))}
            {tags.data?.items.length === 0 && <Menu.Label>{t('bulk.noTags')}</Menu.Label>}
          </Menu.Dropdown>
        </Menu>
        <Button
          size="compact-xs"
          variant="default"
          disabled={none}
          aria-label={t(unread ? 'bulk.read' : 'bulk.unread')}
          title={t(unread ? 'bulk.read' : 'bulk.unread')}
          onClick={() => each(() => ({ unread: !unread }))}
        >
          <IconMail size={14} />
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" aria-label={t('bulk.clear')} title={t('bulk.clear')} onClick={clear}>
          <IconClose size={14} />
        </Button>
      </span>
    </div>
  );
}
