import { ActionIcon, Button, Combobox, NativeSelect, TextInput, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '@/api/client';
import { Tags } from '@/features/details/Labels';
import { IconClose, IconPlus } from '@/ui/icons';
import { useFault } from './draft';
import { FormBuilder } from './FormBuilder';
import { PatternField } from './PatternField';
import { Section } from './Section';
import { moved, Sorter } from './Sorter';
import { variablesQuery, type ContactDraft, type Mapping, type Outcome } from './templates';
import css from './Editor.module.css';
import own from './Mapping.module.css';

interface Props {
  draft: ContactDraft;
  saved: ContactDraft;
  set: (change: Partial<ContactDraft>) => void;
  newest?: Outcome;
}

const groupsQuery = queries.queryOptions('get', '/contact-groups');
const kinds = ['person', 'company'] as const;

/** What only a contact template has. */
export function ContactParts({ draft, saved, set, newest }: Props) {
  const { t } = useTranslation();
  const { data: groups } = useQuery(groupsQuery);
  const names = (groups?.items ?? []).map((g) => g.name);
  const group = useFault('group');
  return (
    <>
      <Section id="tpl-contact" title={t('templates.contactPart.title')} hint={t('templates.contactPart.hint')}>
        <div className={css.facts}>
          <NativeSelect label={t('templates.part.kind')} value={draft.kind} data={kinds.map((k) => ({ value: k, label: t(`templates.kind.${k}`) }))} onChange={(e) => set({ kind: e.currentTarget.value as ContactDraft['kind'] })} />
          <NativeSelect label={t('templates.part.group')} value={draft.group} error={group} data={['', ...new Set([...names, draft.group].filter(Boolean))].map((g) => ({ value: g, label: g || t('templates.contactPart.noGroup') }))} onChange={(e) => set({ group: e.currentTarget.value })} />
          <div className={css.fact}>
            <span>{t('templates.part.tags')}</span>
            <Tags tags={draft.tags} setTags={(tags) => set({ tags })} />
          </div>
        </div>
        <PatternField label={t('templates.part.name_pattern')} hint={t('templates.contactPart.nameHint')} place="name_pattern" value={draft.name_pattern} set={(name_pattern) => set({ name_pattern })} real={newest?.contact.name} />
      </Section>
      <Section id="tpl-form" title={t('templates.part.fields')} hint={t('templates.form.hintContact')}>
        <FormBuilder
          fields={draft.form.fields}
          saved={saved.form.fields}
          set={(fields) => set({ form: { fields }, mapping: follow(draft, fields) })}
        />
      </Section>
      <Section id="tpl-mapping" title={t('templates.part.mapping')} hint={t('templates.mapping.hint')}>
        <MappingList draft={draft} newest={newest} set={(mapping) => set({ mapping })} />
      </Section>
    </>
  );
}

/** The mapping goes with its fields: along when a key changes, away with them. */
function follow(draft: ContactDraft, fields: ContactDraft['form']['fields']): Mapping[] {
  const before = draft.form.fields;
  const renamed = new Map<string, string>();
  if (fields.length === before.length) before.forEach((f, i) => fields[i] && !fields.some((x) => x.key === f.key) && renamed.set(`field:${f.key}`, `field:${fields[i].key}`));
  const is = new Set(fields.map((f) => `field:${f.key}`));
  return draft.mapping.map((m) => ({ ...m, target: renamed.get(m.target) ?? m.target })).filter((m) => !m.target.startsWith('field:') || is.has(m.target));
}

function MappingList({ draft, newest, set }: { draft: ContactDraft; newest?: Outcome; set: (mapping: Mapping[]) => void }) {
  const { t } = useTranslation();
  const targets = [
    { target: 'email', name: t('templates.part.email'), value: newest?.contact.email },
    { target: 'phone', name: t('templates.part.phone'), value: newest?.contact.phone },
    ...draft.form.fields.map((f) => ({ target: `field:${f.key}`, name: f.label || f.key, value: text(newest?.contact.fields?.[f.key]) })),
  ];
  const put = (target: string, sources: string[]) => {
    const others = draft.mapping.filter((m) => m.target !== target);
    const index = draft.mapping.findIndex((m) => m.target === target);
    if (sources.length === 0) return set(others);
    if (index < 0) return set([...draft.mapping, { target, sources }]);
    set(draft.mapping.map((m, i) => (i === index ? { target, sources } : m)));
  };
  return (
    <ul className={own.targets}>
      {targets.map(({ target, name, value }) => {
        const index = draft.mapping.findIndex((m) => m.target === target);
        return <Target key={target} name={name} value={value} index={index} sources={draft.mapping[index]?.sources ?? []} set={(sources) => put(target, sources)} />;
      })}
    </ul>
  );
}

const text = (value: unknown): string | undefined => (value === undefined || value === null ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value));

interface TargetProps {
  name: string;
  value?: string;
  index: number;
  sources: string[];
  set: (sources: string[]) => void;
}

/** Where one value comes from: the first source that has something wins. */
function Target({ name, value, index, sources, set }: TargetProps) {
  const { t } = useTranslation();
  return (
    <li className={own.target}>
      <strong>{name}</strong>
      <div className={own.sources}>
        {sources.length === 0 && <p className={css.text}>{t('templates.mapping.none')}</p>}
        <Sorter items={sources} name={(s) => s} label={t('templates.mapping.sources', { name })} move={(from, to) => set(moved(sources, from, to))}>
          {(source, at, handle) => (
            <Source
              source={source}
              handle={handle}
              name={name}
              place={`mapping[${index}].sources[${at}]`}
              set={(next) => set(sources.map((s, i) => (i === at ? next : s)))}
              remove={() => set(sources.filter((_, i) => i !== at))}
            />
          )}
        </Sorter>
        <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} />} onClick={() => set([...sources, ''])}>
          {t('templates.mapping.add')}
        </Button>
      </div>
      <p className={own.value}>{value ? t('templates.mapping.value', { value }) : ''}</p>
    </li>
  );
}

interface SourceProps {
  source: string;
  handle: React.ReactNode;
  name: string;
  place: string;
  set: (source: string) => void;
  remove: () => void;
}

/** One source: the path of a variable, chosen by what it means, or a pattern. */
function Source({ source, handle, name, place, set, remove }: SourceProps) {
  const { t } = useTranslation();
  const { data } = useQuery(variablesQuery);
  const [open, setOpen] = useState(false);
  const box = useCombobox({ opened: open, onDropdownClose: () => box.resetSelectedOption() });
  const wanted = source.toLowerCase();
  const found = (data?.items ?? []).filter((v) => v.path.includes(wanted) || v.text.toLowerCase().includes(wanted)).slice(0, 60);
  const known = data?.items.find((v) => v.path === source || (v.path.endsWith('*') && source.startsWith(v.path.slice(0, -1))));
  return (
    <div className={own.source}>
      {handle}
      <Combobox
        store={box}
        withinPortal
        onOptionSubmit={(path) => {
          set(path.replace(/\*$/, ''));
          if (!path.endsWith('*')) setOpen(false);
        }}
      >
        <Combobox.Target>
          <TextInput
            size="xs"
            className={own.grow}
            aria-label={t('templates.mapping.source', { name })}
            placeholder={t('templates.mapping.choose')}
            description={known?.text}
            inputWrapperOrder={['input', 'description', 'error']}
            value={source}
            error={useFault(place)}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onChange={(e) => {
              set(e.currentTarget.value);
              setOpen(true);
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={found.length === 0}>
          <Combobox.Options mah={260} className={own.options} aria-label={t('templates.mapping.choose')}>
            {found.map((v) => (
              <Combobox.Option key={v.path} value={v.path}>
                {v.text}
                <small className={own.path}>{v.path}</small>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <ActionIcon variant="subtle" color="gray" aria-label={t('templates.form.remove', { name: source || t('templates.mapping.choose') })} onClick={remove}>
        <IconClose size={14} />
      </ActionIcon>
    </div>
  );
}
