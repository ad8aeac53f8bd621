import { ActionIcon, Button, Checkbox, Menu, Popover, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { channelsQuery } from '@/features/channels/channels';
import { tagsQuery, topicsQuery } from '@/features/work/work';
import { IconClose, IconFilter, IconStar } from '@/ui/icons';
import { ages, filterKeys, isFiltered, sorts, windows, type FilterKey, type TaskSearch } from './search';
import { staffQuery, teamsQuery } from './tasks';
import { templatesQuery } from './templates';
import { useDeleteView, useChangeView, useSaveView, viewsQuery } from './views';
import { toast } from '@/ui/toast';
import css from './Filters.module.css';

/** What there is to choose from for each part of a filter. */
function useChoices(needed: boolean) {
  const { t } = useTranslation();
  const channels = useQuery({ ...channelsQuery, enabled: needed });
  const teams = useQuery({ ...teamsQuery, enabled: needed });
  const tags = useQuery({ ...tagsQuery, enabled: needed });
  const topics = useQuery({ ...topicsQuery, enabled: needed });
  const staff = useQuery({ ...staffQuery, enabled: needed });
  const templates = useQuery({ ...templatesQuery, enabled: needed });
  const old = ages.map((x) => ({ value: x as string, label: t(`tasks.age.${x}`) }));
  return {
    assignee: (staff.data?.items ?? []).map((x) => ({ value: x.id, label: x.name })),
    template: (templates.data?.items ?? []).map((x) => ({ value: x.id, label: x.name })),
    created: old,
    commented: old,
    sort: sorts.map((x) => ({ value: x as string, label: t(`tasks.sort.${x}`) })),
    channel: (channels.data?.items ?? []).map((c) => ({ value: c.id, label: c.display_name || c.name })),
    team: (teams.data?.items ?? []).map((x) => ({ value: x.id, label: x.name })),
    tag: (tags.data?.items ?? []).map((x) => ({ value: x.name, label: x.name })),
    topic: (topics.data?.items ?? []).map((x) => ({ value: x.name, label: x.name })),
    window: windows.map((w) => ({ value: w as string, label: t(`tasks.window.${w}`) })),
  };
}

/** Choices that are few and always the same. */
const plain = new Set<FilterKey>(['window', 'created', 'commented', 'sort']);

/** The button that opens the filter, with all that can be left out. */
export function FilterButton({ search }: { search: TaskSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const choices = useChoices(opened);
  const set = (key: FilterKey, value: string | true | undefined) =>
    void navigate({ to: '/tasks', search: { ...search, view: undefined, [key]: value } });
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={340} withinPortal trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color={isFiltered(search) ? 'teal' : 'gray'}
          aria-label={t('tasks.filter')}
          title={t('tasks.filter')}
          onClick={() => setOpened((x) => !x)}
        >
          <IconFilter size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={css.two}>
          {filterKeys.filter((x) => x !== 'unread').map((key) => (
            <Select
              key={key}
              size="xs"
              label={t(`tasks.by.${key}`)}
              placeholder={t(key === 'sort' ? 'tasks.sort.standard' : 'tasks.any')}
              data={choices[key]}
              value={search[key] ?? null}
              onChange={(value) => set(key, value ?? undefined)}
              searchable={!plain.has(key)}
              clearable
              clearButtonProps={{ 'aria-label': t('tasks.any') }}
              nothingFoundMessage={t('tasks.nothingToChoose')}
              comboboxProps={{ withinPortal: false }}
            />
          ))}
          <Checkbox
            size="xs"
            label={t('tasks.by.unread')}
            checked={search.unread ?? false}
            onChange={(event) => set('unread', event.currentTarget.checked || undefined)}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What is filtered by, each with a cross; and what can be done with the whole of it. */
export function FilterChips({ search }: { search: TaskSearch }) {
  const { t } = useTranslation();
  const shown = filterKeys.filter((key) => search[key] !== undefined);
  const choices = useChoices(shown.length > 0);
  if (shown.length === 0) return null;
  const words = (key: FilterKey) => {
    if (key === 'unread') return t('tasks.by.unread');
    const value = choices[key].find((c) => c.value === search[key])?.label ?? String(search[key]);
    return `${t(`tasks.by.${key}`)}: ${value}`;
  };
  return (
    <div className={css.chips}>
      {shown.map((key) => (
        <span key={key} className={css.chip}>
          <span>{words(key)}</span>
          <Link
            to="/tasks"
            search={{ ...search, view: undefined, [key]: undefined }}
            aria-label={t('tasks.without', { what: words(key) })}
          >
            <IconClose size={12} />
          </Link>
        </span>
      ))}
      <SaveView search={search} />
    </div>
  );
}

/** Gives what is shown a name, so that it is found again. */
function SaveView({ search }: { search: TaskSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = useSaveView();
  if (search.view) return <ViewMenu id={search.view} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    save.mutate(
      { name, shared, search },
      {
        onSuccess: (view) => {
          setOpened(false);
          setName('');
          toast(t('views.saved', { name }));
          void navigate({ to: '/tasks', search: { ...search, view: view.id } });
        },
      },
    );
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" width={240} withinPortal trapFocus>
      <Popover.Target>
        <button type="button" className={css.save} onClick={() => setOpened((x) => !x)}>
          <IconStar size={14} />
          {t('views.save')}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <form className={css.form} onSubmit={submit}>
          <TextInput
            size="xs"
            label={t('views.name')}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Checkbox size="xs" label={t('views.shared')} checked={shared} onChange={(e) => setShared(e.currentTarget.checked)} />
          <Button type="submit" size="xs" loading={save.isPending} disabled={!name.trim()}>
            {t('views.save')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What can be done with the view that is shown. */
function ViewMenu({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useQuery(viewsQuery);
  const change = useChangeView();
  const remove = useDeleteView();
  const save = useSaveView();
  const view = data?.items.find((v) => v.id === id);
  if (!view?.may_change) return null;
  const deleted = () => {
    remove.mutate(id, {
      onSuccess: () => {
        const { name, shared, filter } = view;
        toast(t('views.deleted', { name }), {
          words: t('views.undo'),
          act: () => save.mutate({ name, shared, search: filter as TaskSearch }),
        });
        void navigate({ to: '/tasks', search: {} });
      },
    });
  };
  return (
    <Menu shadow="md" position="bottom-start" withinPortal>
      <Menu.Target>
        <button type="button" className={css.save}>
          <IconStar size={14} />
          {view.name}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => change.mutate({ id, shared: !view.shared })}>
          {view.shared ? t('views.makePrivate') : t('views.share')}
        </Menu.Item>
        <Menu.Item color="red" onClick={deleted}>
          {t('views.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
