import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '@/api/client';
import { Face } from '@/ui/Face';
import { IconSearch } from '@/ui/icons';
import { Keys } from '@/ui/Keys';
import type { TaskSearch } from './search';
import css from './Search.module.css';

const everywhere = 'everywhere';

interface Props {
  field: RefObject<HTMLInputElement | null>;
  text: string;
  setText: (text: string) => void;
  /** Somebody is typing already. */
  here: boolean;
}

/** Finds tasks by words in them, and contacts by name, address or number. */
export function Search({ field, text, setText, here }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const words = text.trim();
  const [asked] = useDebouncedValue(words, 150);
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const { data } = useQuery({
    ...queries.queryOptions('get', '/contacts', { params: { query: { q: asked, limit: 6 } } }),
    enabled: asked.length > 0,
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    if (here) field.current?.focus();
  }, [here, field]);
  const found = asked && data ? data.items : [];
  const choose = (value: string) => {
    const narrow: TaskSearch = value === everywhere ? { q: words } : { contact: value };
    setText('');
    box.closeDropdown();
    field.current?.blur();
    void navigate({ to: '/tasks', search: (before) => ({ who: (before as TaskSearch).who, ...narrow }) });
  };
  return (
    <Combobox store={box} onOptionSubmit={choose} withinPortal>
      <Combobox.Target>
        <TextInput
          ref={field}
          size="xs"
          aria-label={t('tasks.search')}
          placeholder={t('tasks.search')}
          leftSection={<IconSearch size={14} />}
          rightSection={text ? undefined : <span className={css.key}><Keys keys="/" /></span>}
          rightSectionPointerEvents="none"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            box.openDropdown();
            box.selectFirstOption();
          }}
          onFocus={() => text && box.openDropdown()}
          onBlur={() => box.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            setText('');
            event.currentTarget.blur();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!words}>
        <Combobox.Options>
          <Combobox.Option value={everywhere} className={css.option}>
            <IconSearch size={14} />
            <span>{t('tasks.searchFor', { words })}</span>
          </Combobox.Option>
          {found.map((c) => (
            <Combobox.Option key={c.id} value={c.id} className={css.option}>
              <Face name={c.name} id={c.id} size={20} />
              <span>{c.name || t('tasks.nobody')}</span>
              <span className={css.address}>{c.emails[0] ?? c.phones[0]}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
