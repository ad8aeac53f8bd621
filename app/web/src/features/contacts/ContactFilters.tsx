import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { channelsQuery, useKindNames } from '@/features/channels/channels';
import { contactQuery } from '@/features/tasks/tasks';
import { IconClose, IconFilter } from '@/ui/icons';
import { ContactPick } from './ContactPick';
import { contactTagsQuery, groupsQuery, sorts, usualSort, type ContactSearch, type ContactSort } from './contacts';
import css from './contacts.module.css';

/** What narrows the list, and what narrows it now. All of it stands in the address. */
export function ContactFilters({ search, field }: { search: ContactSearch; field: RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const set = (part: Partial<ContactSearch>) => void navigate({ to: '/contacts', search: { ...search, ...part }, replace: true });
  const { data: groups } = useQuery(groupsQuery);
  const { data: tags } = useQuery(contactTagsQuery);
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className={css.filters} role="search" data-open={open || undefined}>
        <Words search={search} field={field} set={set} />
        <button type="button" className={css.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconFilter size={14} />
          {t('contacts.filters')}
        </button>
        <select
          aria-label={t('contacts.kind')}
          value={search.kind ?? ''}
          onChange={(event) => set({ kind: (event.currentTarget.value || undefined) as ContactSearch['kind'] })}
        >
          <option value="">{t('contacts.kinds.all')}</option>
          <option value="person">{t('contacts.kinds.people')}</option>
          <option value="company">{t('contacts.kinds.companies')}</option>
        </select>
        <Choice label={t('contacts.group')} none={t('contacts.allGroups')} value={search.group} list={(groups?.items ?? []).map((g) => [g.name, g.contacts])} set={(group) => set({ group })} />
        <Choice label={t('contacts.tag')} none={t('contacts.allTags')} value={search.tag} list={(tags?.items ?? []).map((x) => [x.name, x.contacts])} set={(tag) => set({ tag })} />
        <ChannelChoice search={search} set={set} />
        <span className={css.pick}>
          <ContactPick label={t('contacts.company')} kind="company" none={t('contacts.allCompanies')} value={search.company ?? ''} save={(id) => set({ company: id || undefined })} />
        </span>
        <label>
          <input type="checkbox" checked={search.open ?? false} onChange={(event) => set({ open: event.currentTarget.checked || undefined })} />
          {t('contacts.openTask')}
        </label>
        <select
          className={css.sort}
          aria-label={t('contacts.sort')}
          value={search.sort ?? usualSort}
          onChange={(event) => {
            const sort = event.currentTarget.value as ContactSort;
            set({ sort: sort === usualSort ? undefined : sort });
          }}
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {t(`contacts.sorts.${sort}`)}
            </option>
          ))}
        </select>
      </div>
      <Chips search={search} set={set} />
    </>
  );
}

type Set = (part: Partial<ContactSearch>) => void;

function Words({ search, field, set }: { search: ContactSearch; field: RefObject<HTMLInputElement | null>; set: Set }) {
  const { t } = useTranslation();
  const [words, setWords] = useState(search.q ?? '');
  const latest = useRef(set);
  useEffect(() => {
    latest.current = set;
  });
  useEffect(() => {
    const timer = setTimeout(() => words.trim() !== (search.q ?? '') && latest.current({ q: words.trim() || undefined }), 200);
    return () => clearTimeout(timer);
  }, [words, search.q]);
  return (
    <input
      ref={field}
      type="search"
      value={words}
      aria-label={t('contacts.search')}
      placeholder={t('contacts.search')}
      onChange={(event) => setWords(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
    />
  );
}

interface ChoiceProps {
  label: string;
  none: string;
  value?: string;
  list: [name: string, contacts: number][];
  set: (value?: string) => void;
}

/** One of several names, each with how many contacts have it. */
function Choice({ label, none, value, list, set }: ChoiceProps) {
  return (
    <select aria-label={label} value={value ?? ''} onChange={(event) => set(event.currentTarget.value || undefined)}>
      <option value="">{none}</option>
      {value && !list.some(([name]) => name === value) && <option>{value}</option>}
      {list.map(([name, contacts]) => (
        <option key={name} value={name}>
          {`${name} (${contacts})`}
        </option>
      ))}
    </select>
  );
}

const ofKind = 'kind:';

/** A channel, or all channels of a kind. */
function ChannelChoice({ search, set }: { search: ContactSearch; set: Set }) {
  const { t } = useTranslation();
  const kinds = useKindNames();
  const { data } = useQuery(channelsQuery);
  const channels = data?.items ?? [];
  const choose = (value: string) =>
    value.startsWith(ofKind) ? set({ via: value.slice(ofKind.length), channel: undefined }) : set({ channel: value || undefined, via: undefined });
  return (
    <select
      aria-label={t('contacts.channel')}
      value={search.via ? ofKind + search.via : (search.channel ?? '')}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value="">{t('contacts.allChannels')}</option>
      {[...new Set(channels.map((c) => c.kind))].map((kind) => (
        <optgroup key={kind} label={kinds(kind)}>
          <option value={ofKind + kind}>{t('contacts.allOfKind', { kind: kinds(kind) })}</option>
          {channels
            .filter((c) => c.kind === kind)
            .map((c) => (
              <option key={c.id} value={c.id}>
                {c.display_name || c.name}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

/** What narrows the list now, each to be taken away. */
function Chips({ search, set }: { search: ContactSearch; set: Set }) {
  const { t } = useTranslation();
  const kinds = useKindNames();
  const { data: channels } = useQuery(channelsQuery);
  const { data: company } = useQuery({ ...contactQuery(search.company ?? ''), enabled: !!search.company });
  const channel = channels?.items.find((c) => c.id === search.channel);
  const on: [key: keyof ContactSearch, what: string, value?: string][] = [
    ['kind', t('contacts.kind'), search.kind && t(`contacts.one.${search.kind}`)],
    ['group', t('contacts.group'), search.group],
    ['tag', t('contacts.tag'), search.tag],
    ['channel', t('contacts.channel'), search.channel && (channel?.display_name || channel?.name || '…')],
    ['via', t('contacts.channel'), search.via && kinds(search.via)],
    ['company', t('contacts.company'), search.company && (company?.name ?? '…')],
    ['open', t('contacts.openTask'), search.open && ''],
  ];
  const shown = on.filter(([, , value]) => value !== undefined);
  if (shown.length === 0) return null;
  return (
    <div className={css.chips}>
      {shown.map(([key, what, value]) => {
        const words = value ? `${what}: ${value}` : what;
        return (
          <span key={key} className={css.chip}>
            {words}
            <button type="button" aria-label={t('contacts.withoutFilter', { filter: words })} onClick={() => set({ [key]: undefined })}>
              <IconClose size={12} />
            </button>
          </span>
        );
      })}
      <Link to="/contacts" search={{ q: search.q, sort: search.sort }} className={css.clear}>
        {t('contacts.clearFilters')}
      </Link>
    </div>
  );
}
