import { ActionIcon, Button, Modal, NativeSelect, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconClose, IconPlus } from '@/ui/icons';
import { toast } from '@/ui/toast';
import { FaultContext, faultsOf, useFault } from './draft';
import { keyOf } from './keyOf';
import { moved, Sorter } from './Sorter';
import { useStatusSetSteps, type Status, type StatusSet } from './templates';
import css from './StatusSets.module.css';

const categories = ['new', 'pending', 'resolved'] as const;
const colors = { new: '#1c7ed6', pending: '#f08c00', resolved: '#2f9e44' } as const;

/** The statuses of a set in a window of their own: they are saved at once, for all templates that have them. */
export function StatusSetDialog({ set, close }: { set: StatusSet; close: () => void }) {
  return (
    <Modal opened onClose={close} size="xl" title={set.name} lockScroll={false} closeButtonProps={{ 'aria-label': useTranslation().t('app.close') }}>
      <StatusSetEditor set={set} done={close} />
    </Modal>
  );
}

/** Name, statuses and their order. */
export function StatusSetEditor({ set, done }: { set?: StatusSet; done: () => void }) {
  const { t } = useTranslation();
  const { save } = useStatusSetSteps();
  const [name, setName] = useState(set?.name ?? '');
  const [statuses, setStatuses] = useState<Status[]>(set?.statuses ?? categories.map((c) => ({ key: c, name: t(`templates.category.${c}`), category: c, active: c !== 'resolved', color: colors[c] })));
  const faults = faultsOf(save.error);
  const change = (index: number, part: Partial<Status>) => setStatuses(statuses.map((s, i) => (i === index ? { ...s, ...part } : s)));
  const submit = () =>
    save.mutate(
      { id: set?.id, name, statuses },
      {
        onSuccess: () => {
          toast(t('templates.statuses.saved', { name }));
          done();
        },
      },
    );
  const general = faults.get('statuses');
  return (
    <FaultContext value={faults}>
      <form
        className={css.editor}
        aria-label={set?.name ?? t('templates.statuses.new')}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput label={t('templates.part.name')} className={css.name} value={name} maxLength={200} error={faults.get('name')} onChange={(e) => setName(e.currentTarget.value)} />
        <p className={css.hint}>{t('templates.statuses.rules')}</p>
        <Sorter items={statuses} name={(s) => s.name} label={t('templates.part.status_set')} move={(from, to) => setStatuses(moved(statuses, from, to))}>
          {(status, index, handle) => (
            <Row status={status} place={`statuses[${index}]`} handle={handle} change={(part) => change(index, part)} remove={() => setStatuses(statuses.filter((_, i) => i !== index))} />
          )}
        </Sorter>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus />}
          className={css.add}
          onClick={() => setStatuses([...statuses, { key: keyOf('status', statuses), name: '', category: 'new', active: true, color: colors.new }])}
        >
          {t('templates.statuses.add')}
        </Button>
        {general && (
          <p className={css.error} role="alert">
            {general}
          </p>
        )}
        {save.error && asApiError(save.error).faults.length === 0 && <ErrorNote error={save.error} />}
        <div className={css.buttons}>
          <Button variant="default" onClick={done}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('templates.statuses.save')}
          </Button>
        </div>
      </form>
    </FaultContext>
  );
}

interface RowProps {
  status: Status;
  place: string;
  handle: React.ReactNode;
  change: (part: Partial<Status>) => void;
  remove: () => void;
}

function Row({ status, place, handle, change, remove }: RowProps) {
  const { t } = useTranslation();
  const name = status.name || t('templates.form.unnamed');
  return (
    <div className={css.row}>
      {handle}
      <input type="color" className={css.color} aria-label={t('templates.statuses.color', { name })} value={status.color || colors[status.category]} onChange={(e) => change({ color: e.currentTarget.value })} />
      <TextInput size="xs" className={css.grow} aria-label={t('templates.statuses.name')} value={status.name} maxLength={200} error={useFault(`${place}.name`)} onChange={(e) => change({ name: e.currentTarget.value })} />
      <NativeSelect
        size="xs"
        aria-label={t('templates.statuses.category', { name })}
        value={status.category}
        data={categories.map((c) => ({ value: c, label: t(`templates.category.${c}`) }))}
        onChange={(e) => {
          const category = e.currentTarget.value as Status['category'];
          change({ category, active: category !== 'resolved' });
        }}
      />
      <Switch size="xs" label={t('templates.statuses.active')} aria-label={t('templates.statuses.activeOf', { name })} checked={status.active ?? status.category !== 'resolved'} onChange={(e) => change({ active: e.currentTarget.checked })} />
      <ActionIcon variant="subtle" color="gray" aria-label={t('templates.form.remove', { name })} onClick={remove}>
        <IconClose size={14} />
      </ActionIcon>
    </div>
  );
}
