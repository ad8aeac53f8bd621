import { Combobox, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '@/api/client';
import { contactQuery } from '@/features/tasks/tasks';
import { IconChevron } from '@/ui/icons';
import css from '@/features/details/Fields.module.css';

interface PickProps {
  id?: string;
  label: string;
  value: string;
  /** The contact's id; empty for none. */
  save: (id: string) => void;
  /** Only people, or only companies. */
  kind?: 'person' | 'company';
  /** What stands there while nobody is chosen. */
  none?: string;
  /** Somebody who is not offered. */
  without?: string;
}

/** A contact, found by name, e-mail or phone number. */
export function ContactPick({ id, label, value, save, kind, none, without }: PickProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 200);
  const box = useCombobox({ onDropdownOpen: () => box.focusSearchInput(), onDropdownClose: () => setText('') });
  const { data: contact } = useQuery({ ...contactQuery(value), enabled: value !== '' });
  const { data } = useQuery({ ...foundContactsQuery(q, kind), enabled: box.dropdownOpened, placeholderData: keepPreviousData });
  const found = data?.items.filter((c) => c.id !== without);
  const shown = value ? (contact?.name ?? '…') : (none ?? t('field.none'));
  return (
    <Combobox
      store={box}
      onOptionSubmit={(next) => {
        save(next);
        box.closeDropdown();
      }}
      withinPortal
      width={240}
      position="bottom-start"
    >
      <Combobox.Target targetType="button" withAriaAttributes>
        <button
          type="button"
          id={id}
          aria-label={id || shown === label ? undefined : `${label}: ${shown}`}
          className={css.contact}
          data-empty={!value || undefined}
          onClick={() => box.toggleDropdown()}
        >
          <span>{shown}</span>
          <IconChevron size={14} />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={text}
          aria-label={t('details.findContact')}
          placeholder={t('details.findContact')}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Combobox.Options mah={220} className={css.options} aria-label={label}>
          {value && <Combobox.Option value="">{t('details.noValue')}</Combobox.Option>}
          {found?.map((c) => (
            <Combobox.Option key={c.id} value={c.id} active={c.id === value}>
              {c.name || t('tasks.nobody')}
            </Combobox.Option>
          ))}
          {found?.length === 0 && <Combobox.Empty>{t('details.noContact')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function foundContactsQuery(q: string, kind?: 'person' | 'company') {
  return queries.queryOptions('get', '/contacts', { params: { query: { q: q || undefined, kind, limit: 20 } } });
}
