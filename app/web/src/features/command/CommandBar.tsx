import { Modal, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '@/api/client';
import { useShell } from '@/app/Shell';
import type { TaskSearch } from '@/features/tasks/search';
import { searchOf, viewsQuery } from '@/features/tasks/views';
import { setLanguage, type Language } from '@/i18n';
import { IconInbox, IconKeyboard, IconPlug, IconSearch, IconStar, IconSwitch, IconUser, IconUserOff } from '@/ui/icons';
import css from './CommandBar.module.css';

interface Command {
  id: string;
  group: 'do' | 'go' | 'views' | 'contacts';
  words: string;
  icon: ReactNode;
  act: () => void;
}

/** Whether the letters of what was typed stand in a text in their order. */
export function fits(words: string, typed: string): boolean {
  const text = words.toLocaleLowerCase();
  let at = 0;
  for (const letter of typed.toLocaleLowerCase()) {
    if (letter === ' ') continue;
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Everything one can go to or do, by some of its letters. */
export function CommandBar({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const shown = useCommands(text.trim());
  const chosen = shown[Math.min(at, shown.length - 1)];
  const run = (c: Command | undefined) => {
    close();
    c?.act();
  };
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter') run(chosen);
    if (!by) return;
    event.preventDefault();
    setAt((x) => (x + by + shown.length) % Math.max(1, shown.length));
  };
  return (
    <Modal opened onClose={close} withCloseButton={false} padding={0} size={560} yOffset="12vh" lockScroll={false} title={undefined} aria-label={t('command.title')}>
      <input
        className={css.input}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={chosen && `${list}-${chosen.id}`}
        aria-label={t('command.title')}
        placeholder={t('command.placeholder')}
        value={text}
        data-autofocus
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id={list} role="listbox" aria-label={t('command.title')} className={css.list}>
        {shown.map((c, n) => (
          <div key={c.id} role="presentation">
            {c.group !== shown[n - 1]?.group && (
              <div className={css.group} role="presentation">
                {t(`command.${c.group}`)}
              </div>
            )}
            {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field has the keys */}
            <div
              id={`${list}-${c.id}`}
              role="option"
              aria-selected={c === chosen}
              className={css.option}
              onPointerMove={() => setAt(n)}
              onClick={() => run(c)}
            >
              {c.icon}
              <span>{c.words}</span>
            </div>
          </div>
        ))}
      </div>
    </Modal>
  );
}

function go(words: string, icon: ReactNode, act: () => void): Command {
  return { id: words, group: 'go', words, icon, act };
}

function useCommands(typed: string): Command[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { openHelp } = useShell();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const { data: views } = useQuery(viewsQuery);
  const [asked] = useDebouncedValue(typed, 120);
  const { data: contacts } = useQuery({
    ...queries.queryOptions('get', '/contacts', { params: { query: { q: asked, limit: 5 } } }),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
  });
  const tasks = (search: TaskSearch) => () => void navigate({ to: '/tasks', search });
  const number = /^#?\d+$/.test(typed) ? typed.replace('#', '') : '';
  const other: Language = i18n.language === 'de' ? 'en' : 'de';
  const fixed: Command[] = [
    go(t('nav.all'), <IconInbox />, tasks({})),
    go(t('nav.mine'), <IconUser />, tasks({ who: 'mine' })),
    go(t('nav.unassigned'), <IconUserOff />, tasks({ who: 'unassigned' })),
    go(t('keys.goPending'), <IconInbox />, tasks({ queue: 'pending' })),
    go(t('keys.goResolved'), <IconInbox />, tasks({ queue: 'resolved' })),
    go(t('nav.channels'), <IconPlug />, () => void navigate({ to: '/channels' })),
    ...(views?.items ?? []).map((v): Command => ({ id: v.id, group: 'views', words: v.name, icon: <IconStar />, act: tasks(searchOf(v)) })),
    { id: 'scheme', group: 'do', words: t(scheme === 'dark' ? 'command.light' : 'command.dark'), icon: <IconSwitch />, act: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark') },
    { id: 'language', group: 'do', words: t('command.language'), icon: <IconSwitch />, act: () => void setLanguage(other) },
    { id: 'help', group: 'do', words: t('command.help'), icon: <IconKeyboard />, act: openHelp },
  ];
  const found = fixed.filter((c) => fits(c.words, typed));
  if (!typed) return found;
  const people = (contacts?.items ?? []).map((c): Command => ({ id: c.id, group: 'contacts', words: c.name || t('tasks.nobody'), icon: <IconUser />, act: tasks({ contact: c.id }) }));
  const look: Command = {
    id: 'search',
    group: 'do',
    words: number ? t('command.task', { number }) : t('command.search', { words: typed }),
    icon: <IconSearch />,
    act: tasks({ q: typed }),
  };
  return number ? [look, ...found, ...people] : [...found, ...people, look];
}
