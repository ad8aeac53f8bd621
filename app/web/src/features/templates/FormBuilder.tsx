import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconPlus } from '@/ui/icons';
import { FieldCard } from './FieldCard';
import { keyOf } from './keyOf';
import { moved, Sorter } from './Sorter';
import type { Field } from './templates';
import { TypePicture } from './TypePicture';
import css from './FormBuilder.module.css';

const types: Field['type'][] = [
  'text', 'long_text', 'number', 'money', 'date', 'date_time', 'choice', 'multi_choice', 'yes_no', 'phone', 'email', 'link', 'staff', 'contact',
];

type Values = Record<string, unknown>;

interface Props {
  fields: Field[];
  /** Of the saved template: their key and their sort stay, because values hang on them. */
  saved: Field[];
  /** What each field begins with; none where the fields are filled another way. */
  values?: Values;
  set: (fields: Field[], values?: Values) => void;
}

/** The fields of a form: added by their sort, put in order, opened one at a time. */
export function FormBuilder({ fields, saved, values, set }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(-1);
  const add = (type: Field['type']) => {
    const label = '';
    const field: Field = { key: keyOf(t(`templates.type.${type}`), [...fields, ...saved]), label, type };
    if (type === 'choice' || type === 'multi_choice') field.choices = [{ key: 'a', label: '' }];
    set([...fields, field], values);
    setOpen(fields.length);
  };
  const change = (index: number, next: Field, value?: { set: unknown }) => {
    const before = fields[index]!;
    const kept = { ...values };
    const held = value ? value.set : kept[before.key];
    delete kept[before.key];
    if (held !== undefined && held !== null && held !== '') kept[next.key] = held;
    set(fields.map((f, i) => (i === index ? next : f)), values && kept);
  };
  const remove = (index: number) => {
    const { [fields[index]!.key]: _, ...rest } = values ?? {};
    set(fields.filter((_f, i) => i !== index), values && rest);
    setOpen(-1);
  };
  return (
    <div className={css.form}>
      {fields.length === 0 && <p className={css.hint}>{t('templates.form.empty')}</p>}
      <Sorter
        items={fields}
        name={(f) => f.label || f.key}
        label={t('templates.form.fields')}
        move={(from, to) => {
          set(moved(fields, from, to), values);
          setOpen((o) => (o === from ? to : -1));
        }}
      >
        {(field, index, handle) => (
          <FieldCard
            field={field}
            place={`form.fields[${index}]`}
            handle={handle}
            fixed={saved.some((f) => f.key === field.key)}
            others={[...fields.filter((f) => f !== field), ...saved.filter((f) => f.key !== field.key)]}
            open={index === open}
            toggle={() => setOpen(index === open ? -1 : index)}
            change={(next, value) => change(index, next, value)}
            value={values && { is: values[field.key] }}
            remove={() => remove(index)}
          />
        )}
      </Sorter>
      <Menu shadow="md" position="bottom-start" withinPortal withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconPlus />} className={css.add}>
            {t('templates.form.add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={css.types}>
          {types.map((type) => (
            <Menu.Item key={type} leftSection={<TypePicture type={type} />} onClick={() => add(type)}>
              {t(`templates.type.${type}`)}
              <small className={css.example}>{t(`templates.typeHint.${type}`)}</small>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
