import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShell } from '@/app/Shell';
import type { SavedReply } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconBolt, IconMenu, IconPlus, IconSearch } from '@/ui/icons';
import { categoriesQuery, repliesQuery } from './replies';
import { ReplyEditor } from './ReplyEditor';
import css from './Replies.module.css';

/** Saved replies by category, and beside them the one that is being written. */
export function RepliesScreen() {
  const { t } = useTranslation();
  const { openMenu } = useShell();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 150);
  const { data, error, refetch } = useQuery({ ...repliesQuery(asked), placeholderData: keepPreviousData });
  const { data: categories } = useQuery(categoriesQuery);
  const [open, setOpen] = useState<string | 'new' | null>(null);
  const list = data?.items ?? [];
  const groups = [...(categories?.items ?? []), { id: null, name: t('replies.noCategory') }]
    .map((c) => ({ ...c, replies: list.filter((r) => (r.category_id ?? null) === c.id) }))
    .filter((g) => g.replies.length > 0);
  const shown = list.find((r) => r.id === open);
  return (
    <div className={css.screen} data-open={open !== null || undefined}>
      <section className={css.side} aria-labelledby="replies-title">
        <header className={css.head}>
          <ActionIcon className={css.menu} variant="subtle" color="gray" aria-label={t('app.menu')} onClick={openMenu}>
            <IconMenu size={18} />
          </ActionIcon>
          <h1 id="replies-title">{t('replies.title')}</h1>
          <Button size="xs" leftSection={<IconPlus />} onClick={() => setOpen('new')}>
            {t('replies.new')}
          </Button>
        </header>
        <TextInput
          size="xs"
          className={css.search}
          aria-label={t('replies.search')}
          placeholder={t('replies.search')}
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <div className={css.skeleton} aria-hidden="true" />}
        {data && list.length === 0 && (
          <div className={css.empty}>
            <IconBolt size={28} />
            <h2>{asked ? t('replies.none') : t('replies.empty')}</h2>
            {!asked && <p>{t('replies.emptyHint')}</p>}
          </div>
        )}
        {groups.map((g) => (
          <div key={g.id ?? 'none'}>
            <h2 className={css.group}>{g.name}</h2>
            <ul>
              {g.replies.map((r) => (
                <Row key={r.id} reply={r} open={r.id === open} choose={() => setOpen(r.id)} />
              ))}
            </ul>
          </div>
        ))}
      </section>
      <div className={css.pane}>
        {open === 'new' || shown ? (
          <ReplyEditor key={open} reply={shown} close={() => setOpen(null)} saved={setOpen} />
        ) : (
          <p className={css.hint}>{t('replies.hint')}</p>
        )}
      </div>
    </div>
  );
}

function Row({ reply: r, open, choose }: { reply: SavedReply; open: boolean; choose: () => void }) {
  const { t } = useTranslation();
  return (
    <li>
      <button type="button" className={css.row} aria-current={open || undefined} onClick={choose}>
        <strong>{r.name}</strong>
        {r.shortcut && <kbd>/{r.shortcut}</kbd>}
        <span className={css.used}>{r.used > 0 && t('replies.used', { count: r.used })}</span>
        <span className={css.text}>{r.text}</span>
        {!r.shared && <small>{t('replies.private')}</small>}
      </button>
    </li>
  );
}
