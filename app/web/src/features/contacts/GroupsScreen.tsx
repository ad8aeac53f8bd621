import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ScreenHead } from '@/app/ScreenHead';
import { ErrorNote, useErrorWords } from '@/ui/ErrorNote';
import { IconPlus, IconUsers } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { groupsQuery, useGroupSteps, type ContactGroup } from './contacts';
import css from './contacts.module.css';

/** The groups that contacts are in. */
export function GroupsScreen() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(groupsQuery);
  const [editing, setEditing] = useState('');
  const [going, setGoing] = useState<ContactGroup>();
  return (
    <div className={css.screen}>
      <ScreenHead title={t('contacts.groups.title')} back={{ to: '/contacts', label: t('contacts.all') }}>
        <Button size="xs" leftSection={<IconPlus />} onClick={() => setEditing('new')}>
          {t('contacts.groups.new')}
        </Button>
      </ScreenHead>
      <div className={css.body}>
        <div className={css.list}>
          {editing === 'new' && <GroupForm done={() => setEditing('')} />}
          {error && <ErrorNote error={error} retry={() => void refetch()} />}
          {!data && !error && <Skeleton lines={4} />}
          {data?.items.length === 0 && editing !== 'new' && (
            <div className={css.empty}>
              <IconUsers size={28} />
              <h2>{t('contacts.groups.none')}</h2>
              <p>{t('contacts.groups.noneHint')}</p>
            </div>
          )}
          {data?.items.map((g) =>
            editing === g.id ? (
              <GroupForm key={g.id} group={g} done={() => setEditing('')} />
            ) : (
              <div key={g.id} className={css.line}>
                <Link to="/contacts" search={{ group: g.name }}>
                  {g.name}
                </Link>
                <small>{t('contacts.groups.uses', { count: g.contacts })}</small>
                <Button size="compact-xs" variant="subtle" onClick={() => setEditing(g.id)}>
                  {t('contacts.groups.rename')}
                </Button>
                <Button size="compact-xs" variant="subtle" color="red" onClick={() => setGoing(g)}>
                  {t('contacts.groups.delete')}
                </Button>
              </div>
            ),
          )}
        </div>
      </div>
      {going && <Going group={going} close={() => setGoing(undefined)} />}
    </div>
  );
}

function GroupForm({ group, done }: { group?: ContactGroup; done: () => void }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const { save } = useGroupSteps();
  const [name, setName] = useState(group?.name ?? '');
  const error = save.error ? (asApiError(save.error).faultAt('name') ?? words(save.error)) : undefined;
  return (
    <form
      className={css.line}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ id: group?.id, name }, { onSuccess: done });
      }}
    >
      <span className={css.grow}>
        <input
          className={css.input}
          aria-label={t('contacts.groups.name')}
          placeholder={t('contacts.groups.name')}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- who asks for it wants to write
          autoFocus
          required
          maxLength={100}
          value={name}
          aria-invalid={!!error || undefined}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === 'Escape') done();
          }}
        />
        {error && (
          <p className={css.error} role="alert">
            {error}
          </p>
        )}
      </span>
      <Button type="submit" size="xs" loading={save.isPending} disabled={!name.trim()}>
        {group ? t('contacts.groups.save') : t('contacts.groups.create')}
      </Button>
      <Button type="button" size="xs" variant="default" onClick={done}>
        {t('app.cancel')}
      </Button>
    </form>
  );
}

function Going({ group: g, close }: { group: ContactGroup; close: () => void }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { remove } = useGroupSteps();
  return (
    <Modal opened onClose={close} title={t('contacts.groups.deleteTitle', { name: g.name })} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className={css.form}>
        <p>{t('contacts.groups.deleteHint', { count: g.contacts })}</p>
        <div className={css.steps}>
          <Button
            color="red.9"
            size="xs"
            data-autofocus
            loading={remove.isPending}
            onClick={() =>
              remove.mutate(g.id, {
                onError: failed,
                onSuccess: () => {
                  toast(t('contacts.groups.deleted', { name: g.name }));
                  close();
                },
              })
            }
          >
            {t('contacts.groups.delete')}
          </Button>
          <Button size="xs" variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
