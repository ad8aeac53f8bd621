import { Combobox, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Label } from '@/api/types';
import { tagsQuery, topicsQuery } from '@/features/work/work';
import { IconCheck, IconClose, IconPlus } from '@/ui/icons';
import css from './Labels.module.css';

const most = 50;

function find(list: Label[] | undefined, text: string): { shown: Label[]; fresh: string } {
  const wanted = text.trim().toLocaleLowerCase();
  const shown = (list ?? []).filter((l) => l.name.toLocaleLowerCase().includes(wanted)).slice(0, most);
  const known = shown.some((l) => l.name.toLocaleLowerCase() === wanted);
  return { shown, fresh: wanted && !known ? text.trim() : '' };
}

interface DropdownProps {
  list: Label[] | undefined;
  text: string;
  setText: (text: string) => void;
  has: (name: string) => boolean;
  name: string;
}

/** What there is to choose, the most used first; what is not there yet can be made where one stands. */
function Choices({ list, text, setText, has, name }: DropdownProps) {
  const { t } = useTranslation();
  const { shown, fresh } = find(list, text);
  return (
    <Combobox.Dropdown>
      <Combobox.Search
        value={text}
        maxLength={100}
        aria-label={t('details.findOrMake')}
        placeholder={t('details.findOrMake')}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Combobox.Options mah={240} className={css.options} aria-label={name}>
        {shown.map((l) => (
          <Combobox.Option key={l.name} value={l.name} active={has(l.name)} aria-selected={has(l.name)}>
            <span className={css.option}>
              <i className={css.dot} data-color={l.color || undefined} />
              <span>{l.name}</span>
              <small>{l.uses}</small>
              {has(l.name) && <IconCheck />}
            </span>
          </Combobox.Option>
        ))}
        {fresh && (
          <Combobox.Option value={fresh}>
            <span className={css.option}>
              <IconPlus size={14} />
              <span>{t('details.make', { name: fresh })}</span>
            </span>
          </Combobox.Option>
        )}
        {shown.length === 0 && !fresh && <Combobox.Empty>{t('details.noLabels')}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox.Dropdown>
  );
}

function useBox() {
  const [text, setText] = useState('');
  const box = useCombobox({
    onDropdownOpen: () => box.focusSearchInput(),
    onDropdownClose: () => {
      setText('');
      box.focusTarget();
      box.resetSelectedOption();
    },
  });
  const write = (next: string) => {
    setText(next);
    setTimeout(() => box.selectFirstOption());
  };
  return { box, text, write, setText };
}

/** The task's tags. */
export function Tags({ tags, setTags }: { tags: string[]; setTags: (tags: string[]) => void }) {
  const { t } = useTranslation();
  const { box, text, write, setText } = useBox();
  const { data } = useQuery(tagsQuery);
  const colors = new Map(data?.items.map((l) => [l.name, l.color]));
  const toggle = (name: string) => {
    setTags(tags.includes(name) ? tags.filter((x) => x !== name) : [...tags, name]);
    setText('');
  };
  return (
    <Combobox store={box} onOptionSubmit={toggle} position="bottom-start" width={240} withinPortal>
      <ul className={css.tags}>
        {tags.map((tag) => (
          <li key={tag} data-color={colors.get(tag) || undefined}>
            {tag}
            <button type="button" aria-label={t('details.removeTag', { name: tag })} onClick={() => toggle(tag)}>
              <IconClose size={11} />
            </button>
          </li>
        ))}
        <li className={css.adder}>
          <Combobox.Target targetType="button" withAriaAttributes>
            <button type="button" aria-label={t('details.addTag')} onClick={() => box.toggleDropdown()}>
              <IconPlus size={13} />
              {tags.length === 0 && t('details.addTag')}
            </button>
          </Combobox.Target>
        </li>
      </ul>
      <Choices list={data?.items} text={text} setText={write} has={(name) => tags.includes(name)} name={t('details.tags')} />
    </Combobox>
  );
}

/** What the task is about: one thing. */
export function Topic({ topic, setTopic }: { topic: string; setTopic: (topic: string) => void }) {
  const { t } = useTranslation();
  const { box, text, write } = useBox();
  const { data } = useQuery({ ...topicsQuery, enabled: box.dropdownOpened });
  return (
    <span className={css.topic}>
      <Combobox
        store={box}
        onOptionSubmit={(name) => {
          setTopic(name === topic ? '' : name);
          box.closeDropdown();
        }}
        position="bottom-start"
        width={240}
        withinPortal
      >
        <Combobox.Target targetType="button" withAriaAttributes>
          <button type="button" aria-label={`${t('details.topic')}: ${topic || t('details.noTopic')}`} data-empty={!topic || undefined} onClick={() => box.toggleDropdown()}>
            {topic || t('details.noTopic')}
          </button>
        </Combobox.Target>
        <Choices list={data?.items} text={text} setText={write} has={(name) => name === topic} name={t('details.topic')} />
      </Combobox>
      {topic && (
        <button type="button" className={css.clear} aria-label={t('details.removeTopic')} onClick={() => setTopic('')}>
          <IconClose size={12} />
        </button>
      )}
    </span>
  );
}
