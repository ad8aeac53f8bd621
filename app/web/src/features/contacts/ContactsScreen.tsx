import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/types';
import { useShortcuts } from '@/app/keyboard';
import { channelsQuery } from '@/features/channels/channels';
import { ErrorNote } from '@/ui/ErrorNote';
import { Face } from '@/ui/Face';
import { IconDownload, IconPlus, IconUsers } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { groupsQuery, shownPhone, tableAddress, useContacts, useContactSteps, type ContactSearch } from './contacts';
import { ScreenHead } from '@/app/ScreenHead';
import { NewContact } from './NewContact';
import css from './contacts.module.css';

/** All people and companies. */
export function ContactsScreen() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/signed-in/contacts' });
  const navigate = useNavigate();
  const list = useContacts(search);
  const { contacts, error, isPending, refetch } = list;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [adding, setAdding] = useState(false);
  const [cursor, setCursor] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const narrowed = Object.keys(search).some((key) => key !== 'sort');
  const step = (by: number) => setCursor((at) => Math.max(0, Math.min(contacts.length - 1, at + by)));
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => contacts[cursor] && void navigate({ to: '/contacts/$contactId', params: { contactId: contacts[cursor].id } }),
    '/': () => field.current?.focus(),
  });
  const toggle = (id: string) =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <div className={css.screen}>
      <ScreenHead title={t('contacts.title')}>
        <Button component={Link} to="/contacts/duplicates" size="xs" variant="default">
          {t('contacts.duplicates.title')}
        </Button>
        <Button component={Link} to="/contacts/import" size="xs" variant="default">
          {t('contacts.import.title')}
        </Button>
        <Button component="a" href={tableAddress(search)} download size="xs" variant="default" leftSection={<IconDownload size={14} />}>
          {t('contacts.export')}
        </Button>
        <Button size="xs" leftSection={<IconPlus />} onClick={() => setAdding(true)}>
          {t('contacts.new')}
        </Button>
      </ScreenHead>
      <Filters search={search} field={field} />
      {chosen.size > 0 && <Bulk chosen={[...chosen]} done={() => setChosen(new Set())} />}
      {error && contacts.length === 0 ? (
        <div className={css.body}>
          <ErrorNote error={error} retry={() => void refetch()} />
        </div>
      ) : isPending ? (
        <div role="status">
          <span className="sr">{t('app.loading')}</span>
          {[1, 2, 3, 4, 5, 6].map((n) => (
            <div key={n} className={css.skeleton} />
          ))}
        </div>
      ) : contacts.length === 0 ? (
        <div className={css.empty}>
          <IconUsers size={28} />
          <h2>{narrowed ? t('contacts.empty.found') : t('contacts.empty.none')}</h2>
          <p>{narrowed ? t('contacts.empty.foundHint') : t('contacts.empty.noneHint')}</p>
        </div>
      ) : (
        <Rows list={list} cursor={cursor} chosen={chosen} toggle={toggle} />
      )}
      {adding && <NewContact close={() => setAdding(false)} />}
    </div>
  );
}

function Filters({ search, field }: { search: ContactSearch; field: React.RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: groups } = useQuery(groupsQuery);
  const { data: channels } = useQuery(channelsQuery);
  const [words, setWords] = useState(search.q ?? '');
  const set = (part: Partial<ContactSearch>) => void navigate({ to: '/contacts', search: { ...search, ...part }, replace: true });
  const latest = useRef(set);
  useEffect(() => {
    latest.current = set;
  });
  useEffect(() => {
    const timer = setTimeout(() => words.trim() !== (search.q ?? '') && latest.current({ q: words.trim() || undefined }), 200);
    return () => clearTimeout(timer);
  }, [words, search.q]);
  return (
    <div className={css.filters} role="search">
      <input
        ref={field}
        type="search"
        value={words}
        aria-label={t('contacts.search')}
        placeholder={t('contacts.search')}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <select aria-label={t('contacts.kind')} value={search.kind ?? ''} onChange={(event) => set({ kind: (event.currentTarget.value || undefined) as ContactSearch['kind'] })}>
        <option value="">{t('contacts.kinds.all')}</option>
        <option value="person">{t('contacts.kinds.people')}</option>
        <option value="company">{t('contacts.kinds.companies')}</option>
      </select>
      <select aria-label={t('contacts.group')} value={search.group ?? ''} onChange={(event) => set({ group: event.currentTarget.value || undefined })}>
        <option value="">{t('contacts.allGroups')}</option>
        {groups?.items.map((g) => (
          <option key={g.id} value={g.name}>
            {`${g.name} (${g.contacts})`}
          </option>
        ))}
      </select>
      <select aria-label={t('contacts.channel')} value={search.channel ?? ''} onChange={(event) => set({ channel: event.currentTarget.value || undefined })}>
        <option value="">{t('contacts.allChannels')}</option>
        {channels?.items.map((c) => (
          <option key={c.id} value={c.id}>
            {c.display_name || c.name}
          </option>
        ))}
      </select>
      <label>
        <input type="checkbox" checked={search.open ?? false} onChange={(event) => set({ open: event.currentTarget.checked || undefined })} />
        {t('contacts.openTask')}
      </label>
      <select aria-label={t('contacts.sort')} value={search.sort ?? ''} onChange={(event) => set({ sort: (event.currentTarget.value || undefined) as ContactSearch['sort'] })}>
        <option value="">{t('contacts.byName')}</option>
        <option value="-created_at">{t('contacts.newest')}</option>
      </select>
      {search.tag && (
        <Button size="compact-xs" variant="light" onClick={() => set({ tag: undefined })}>
          {t('contacts.withoutTag', { tag: search.tag })}
        </Button>
      )}
    </div>
  );
}

const height = 48;

interface RowsProps {
  list: ReturnType<typeof useContacts>;
  cursor: number;
  chosen: ReadonlySet<string>;
  toggle: (id: string) => void;
}

function Rows({ list, cursor, chosen, toggle }: RowsProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const { contacts, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized
  const rows = useVirtualizer({ count: contacts.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12 });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= contacts.length - 30) void fetchNextPage();
  }, [last, contacts.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    if (cursor >= 0) rows.scrollToIndex(cursor);
  }, [cursor, rows]);
  return (
    <div ref={scroller} className={css.rows}>
      <ul className={css.track} style={{ height: rows.getTotalSize() }} aria-label={t('contacts.title')}>
        {shown.map((row) => {
          const c = contacts[row.index]!;
          return (
            <li key={c.id} className={css.row} style={{ top: row.start }} data-cursor={row.index === cursor || undefined}>
              <input type="checkbox" aria-label={t('contacts.choose', { name: c.name })} checked={chosen.has(c.id)} onChange={() => toggle(c.id)} />
              <Face name={c.name} id={c.id} size={28} square={c.kind === 'company'} />
              <Link to="/contacts/$contactId" params={{ contactId: c.id }}>
                {c.name || t('tasks.nobody')}
              </Link>
              <Reach contact={c} />
              <span className={`${css.cell} ${css.wide}`}>{c.group}</span>
              <span className={`${css.cell} ${css.wide}`}>{c.tags.join(' · ')}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Reach({ contact: c }: { contact: Contact }) {
  const phone = c.phones[0];
  return <span className={css.cell}>{c.emails[0] ?? (phone ? shownPhone(phone) : c.identities[0]?.name)}</span>;
}

function Bulk({ chosen, done }: { chosen: string[]; done: () => void }) {
  const { t } = useTranslation();
  const { bulk } = useContactSteps();
  const failed = useFailureToast();
  const { data: groups } = useQuery(groupsQuery);
  const [tag, setTag] = useState('');
  const change = (what: { add_tags?: string[]; group?: string }) =>
    bulk.mutate(
      { ids: chosen.slice(0, 200), ...what },
      {
        onSuccess: () => {
          toast(t('contacts.changed', { count: chosen.length }));
          done();
        },
        onError: failed,
      },
    );
  return (
    <form
      className={css.filters}
      aria-label={t('contacts.bulk')}
      onSubmit={(event) => {
        event.preventDefault();
        if (tag.trim()) change({ add_tags: [tag.trim()] });
      }}
    >
      <strong>{t('contacts.chosen', { count: chosen.length })}</strong>
      <input value={tag} aria-label={t('contacts.addTag')} placeholder={t('contacts.addTag')} onChange={(event) => setTag(event.currentTarget.value)} />
      <select aria-label={t('contacts.intoGroup')} value="" onChange={(event) => change({ group: event.currentTarget.value === '-' ? '' : event.currentTarget.value })}>
        <option value="" disabled>
          {t('contacts.intoGroup')}
        </option>
        <option value="-">{t('contacts.noGroup')}</option>
        {groups?.items.map((g) => (
          <option key={g.id}>{g.name}</option>
        ))}
      </select>
      <Button type="submit" size="compact-sm" loading={bulk.isPending} disabled={!tag.trim()}>
        {t('contacts.apply')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={done}>
        {t('app.cancel')}
      </Button>
    </form>
  );
}
