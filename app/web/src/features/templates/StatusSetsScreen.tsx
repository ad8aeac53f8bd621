import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { StatusDot } from '@/features/tasks/StatusDot';
import { list } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconPlus } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { StatusSetDialog, StatusSetEditor } from './StatusSetEditor';
import { listQueries, statusSetsQuery, useStatusSetSteps, type StatusSet } from './templates';
import css from './List.module.css';

/** The statuses that tasks can have, in sets that templates share. */
export function StatusSetsScreen() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const { data, error, refetch } = useQuery(statusSetsQuery);
  const { data: templates } = useQuery(listQueries.object);
  const [making, setMaking] = useState(false);
  const users = (id: string) => (templates?.items ?? []).filter((x) => x.status_set_id === id).map((x) => x.name);
  return (
    <>
      <ScreenHead title={t('templates.statuses.title')}>
        {admin && (
          <Button size="xs" leftSection={<IconPlus />} onClick={() => setMaking(true)}>
            {t('templates.statuses.new')}
          </Button>
        )}
      </ScreenHead>
      <div className={css.body}>
        <p className={css.text}>{t('templates.statuses.screenHint')}</p>
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={4} />}
        <ul className={css.rows}>
          {data?.items.toSorted((a, b) => a.name.localeCompare(b.name)).map((set) => <Row key={set.id} set={set} users={users(set.id)} admin={admin} />)}
        </ul>
      </div>
      {making && (
        <Modal opened onClose={() => setMaking(false)} size="xl" title={t('templates.statuses.new')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
          <StatusSetEditor done={() => setMaking(false)} />
        </Modal>
      )}
    </>
  );
}

function Row({ set, users, admin }: { set: StatusSet; users: string[]; admin: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const [editing, setEditing] = useState(false);
  const { remove } = useStatusSetSteps();
  return (
    <li className={css.row}>
      <div className={css.what}>
        <strong>{set.name}</strong>
        <p>{users.length > 0 ? t('templates.usedBy', { names: list(users) }) : t('templates.unused')}</p>
        <div className={css.statuses}>{set.statuses.map((s) => <StatusDot key={s.key} status={s} named />)}</div>
      </div>
      {admin && (
        <>
          <Button size="compact-xs" variant="subtle" aria-label={t('templates.statuses.editOf', { name: set.name })} onClick={() => setEditing(true)}>
            {t('templates.statuses.edit')}
          </Button>
          {users.length === 0 && (
            <Button size="compact-xs" variant="subtle" color="red" loading={remove.isPending} aria-label={t('templates.use.deleteOf', { name: set.name })} onClick={() => remove.mutate(set.id, { onError: failed, onSuccess: () => toast(t('templates.use.deleted', { name: set.name })) })}>
              {t('templates.use.delete')}
            </Button>
          )}
        </>
      )}
      {editing && <StatusSetDialog set={set} close={() => setEditing(false)} />}
    </li>
  );
}
