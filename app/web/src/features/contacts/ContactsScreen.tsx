import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/types';
import { useShortcuts } from '@/app/keyboard';
import { useKindNames } from '@/features/channels/channels';
import { fullTime, shortTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconDownload, IconPlus, IconUsers } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { groupsQuery, shownPhone, tableAddress, useContacts, useContactSteps } from './contacts';
import { HeadActions } from '@/app/HeadActions';
import { ScreenHead } from '@/app/ScreenHead';
import { ContactFilters } from './ContactFilters';
import { NewContact } from './NewContact';
import { Portrait } from './Portrait';
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
        <HeadActions
          actions={[
            { label: t('contacts.duplicates.title'), to: '/contacts/duplicates' },
            { label: t('contacts.groups.title'), to: '/contacts/groups' },
            { label: t('contacts.import.title'), to: '/contacts/import' },
            { label: t('contacts.export'), icon: <IconDownload size={14} />, file: { href: tableAddress(search), name: '' } },
          ]}
        />
        <Button size="xs" leftSection={<IconPlus />} onClick={() => setAdding(true)}>
          {t('contacts.new')}
        </Button>
      </ScreenHead>
      <ContactFilters search={search} field={field} />
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
          {narrowed ? (
            <Button component={Link} to="/contacts" size="xs" variant="default">
              {t('contacts.empty.all')}
            </Button>
          ) : (
            <Button size="xs" onClick={() => setAdding(true)}>
              {t('contacts.new')}
            </Button>
          )}
        </div>
      ) : (
        <Rows list={list} cursor={cursor} chosen={chosen} toggle={toggle} />
      )}
      {adding && <NewContact close={() => setAdding(false)} />}
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
              <Portrait contact={c} />
              <Link to="/contacts/$contactId" params={{ contactId: c.id }}>
                {c.name || t('tasks.nobody')}
              </Link>
              <Reach contact={c} />
              <span className={`${css.cell} ${css.wide}`}>{c.group}</span>
              <span className={`${css.cell} ${css.wide}`}>{c.tags.join(' · ')}</span>
              <time className={css.when} dateTime={c.last_contact_at ?? undefined} title={c.last_contact_at ? fullTime(c.last_contact_at) : undefined}>
                {c.last_contact_at ? shortTime(c.last_contact_at) : ''}
              </time>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Reach({ contact: c }: { contact: Contact }) {
  const kinds = useKindNames();
  const phone = c.phones[0];
  return <span className={`${css.cell} ${css.reach}`}>{c.emails[0] ?? (phone ? shownPhone(phone) : c.identities[0] && kinds(c.identities[0].kind))}</span>;
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
      className={`${css.filters} ${css.bulk}`}
      data-open
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
