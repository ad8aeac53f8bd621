import { ActionIcon, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Control } from '@/features/details/Fields';
import { fieldText, type FieldValue } from '@/features/details/fieldValue';
import { IconAlert, IconChevron, IconClose } from '@/ui/icons';
import { ChoiceList } from './ChoiceList';
import { useFault } from './draft';
import { keyOf } from './keyOf';
import { PatternField } from './PatternField';
import type { Field } from './templates';
import { TypePicture } from './TypePicture';
import css from './FormBuilder.module.css';

interface Props {
  field: Field;
  place: string;
  handle: ReactNode;
  /** The key and the sort stay. */
  fixed: boolean;
  /** Whose keys are taken. */
  others: Field[];
  open: boolean;
  toggle: () => void;
  change: (field: Field, value?: { set: unknown }) => void;
  /** What it begins with, where a field of this form begins with something. */
  value?: { is: unknown };
  remove: () => void;
}

const withLength = new Set(['text', 'long_text']);
const withBounds = new Set(['number', 'money', 'date']);
const chosen = new Set(['choice', 'multi_choice', 'yes_no', 'staff', 'contact']);

/** One field of a form: a line, and everything about it when it is open. */
export function FieldCard(props: Props) {
  const { field, place, handle, open, toggle, remove, value } = props;
  const { t } = useTranslation();
  const id = useId();
  const wrong = [useFault(place), useFault(`defaults.fields.${field.key}`)].some(Boolean);
  const name = field.label || t('templates.form.unnamed');
  const begins = fieldText(field, value?.is as FieldValue);
  return (
    <div className={css.card} data-open={open || undefined}>
      <div className={css.row}>
        {handle}
        <button type="button" className={css.title} aria-expanded={open} aria-controls={id} onClick={toggle}>
          <span className={css.picture}>
            <TypePicture type={field.type} />
          </span>
          <span className={css.name} data-empty={!field.label || undefined}>
            {name}
            {field.required && <span title={t('field.required')}> *</span>}
          </span>
          <span className={css.type}>{t(`templates.type.${field.type}`)}</span>
          {!open && begins && <code className={css.begins}>{begins}</code>}
          {wrong && !open && (
            <span className={css.wrong}>
              <IconAlert size={14} />
              {t('templates.form.wrong')}
            </span>
          )}
          <IconChevron size={12} />
        </button>
        <ActionIcon variant="subtle" color="gray" aria-label={t('templates.form.remove', { name })} onClick={remove}>
          <IconClose size={14} />
        </ActionIcon>
      </div>
      <div id={id}>{open && <Open {...props} />}</div>
    </div>
  );
}

function Open({ field, place, fixed, others, change, value }: Props) {
  const { t } = useTranslation();
  const label = useRef<HTMLInputElement>(null);
  const unnamed = useRef(field.label === ''); // it has just been added
  useEffect(() => {
    if (!unnamed.current) return;
    // The menu in which the sort was chosen gives the focus back to its button first.
    const timer = setTimeout(() => label.current?.focus(), 80);
    return () => clearTimeout(timer);
  }, []);
  const fault = {
    label: useFault(`${place}.label`), key: useFault(`${place}.key`), help: useFault(`${place}.help`), currency: useFault(`${place}.currency`),
    choices: useFault(`${place}.choices`),
  };
  const set = (part: Partial<Field>) => change({ ...field, ...part });
  const rename = (text: string) => {
    const follows = !fixed && (field.label === '' || field.key === keyOf(field.label, others));
    set({ label: text, key: follows && text.trim() ? keyOf(text, others) : field.key });
  };
  return (
    <div className={css.open}>
      <div className={css.two}>
        <TextInput ref={label} label={t('templates.field.label')} value={field.label} maxLength={200} error={fault.label} onChange={(e) => rename(e.currentTarget.value)} />
        <TextInput label={t('templates.field.help')} description={t('templates.field.helpHint')} value={field.help ?? ''} maxLength={500} error={fault.help} onChange={(e) => set({ help: e.currentTarget.value || undefined })} />
      </div>
      <Checkbox label={t('templates.field.required')} description={t('templates.field.requiredHint')} checked={field.required ?? false} onChange={(e) => set({ required: e.currentTarget.checked || undefined })} />
      {(field.type === 'choice' || field.type === 'multi_choice') && (
        <ChoiceList choices={field.choices ?? []} place={`${place}.choices`} error={fault.choices} set={(choices) => set({ choices })} />
      )}
      {field.type === 'money' && (
        <TextInput label={t('templates.field.currency')} description={t('templates.field.currencyHint')} value={field.currency ?? ''} maxLength={3} error={fault.currency} onChange={(e) => set({ currency: e.currentTarget.value.toUpperCase() || undefined })} />
      )}
      <Limits field={field} place={place} set={(limits) => set({ limits })} />
      {value && <Begins field={field} value={value.is} set={(next) => change(field, { set: next })} />}
      {fixed ? (
        <p className={css.hint}>
          {t('templates.field.key')} <code>{field.key}</code>
          {' · '}
          {t('templates.field.fixed')}
        </p>
      ) : (
        <TextInput label={t('templates.field.key')} description={t('templates.field.keyHint')} value={field.key} maxLength={40} error={fault.key} onChange={(e) => set({ key: e.currentTarget.value })} />
      )}
    </div>
  );
}

function Limits({ field, place, set }: { field: Field; place: string; set: (limits: Field['limits']) => void }) {
  const { t } = useTranslation();
  const faults = { max_length: useFault(`${place}.limits.max_length`), min: useFault(`${place}.limits.min`), max: useFault(`${place}.limits.max`) };
  const all = useFault(`${place}.limits`);
  const limits = field.limits ?? {};
  if (withLength.has(field.type)) {
    return (
      <TextInput
        label={t('templates.field.maxLength')}
        inputMode="numeric"
        value={limits.max_length ? String(limits.max_length) : ''}
        error={faults.max_length}
        onChange={(e) => {
          const n = Number.parseInt(e.currentTarget.value, 10);
          set(n > 0 ? { max_length: n } : undefined);
        }}
      />
    );
  }
  if (!withBounds.has(field.type)) return null;
  const type = field.type === 'date' ? 'date' : 'text';
  const bound = (which: 'min' | 'max') => ({
    type,
    label: t(`templates.field.${which}`),
    value: limits[which] ?? '',
    error: faults[which] ?? (which === 'max' ? all : undefined),
    onChange: (e: { currentTarget: { value: string } }) => set({ ...limits, [which]: e.currentTarget.value || undefined }),
  });
  return (
    <div className={css.two}>
      <TextInput {...bound('min')} />
      <TextInput {...bound('max')} />
    </div>
  );
}

/** What a new task's field has at once: a pattern, or one of what the field offers. */
function Begins({ field, value, set }: { field: Field; value: unknown; set: (value: unknown) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const place = `defaults.fields.${field.key}`;
  const fault = useFault(place);
  const pattern = typeof value === 'string' && /{[{%]/.test(value);
  if (!chosen.has(field.type) || pattern) {
    return <PatternField label={t('templates.field.begins')} hint={t('templates.field.beginsHint')} place={place} value={fieldText(field, value as FieldValue)} set={set} />;
  }
  if (field.type === 'yes_no') {
    const now = value === true ? 'yes' : value === false ? 'no' : '';
    return (
      <NativeSelect
        label={t('templates.field.begins')}
        error={fault}
        value={now}
        data={(['', 'yes', 'no'] as const).map((v) => ({ value: v, label: v === '' ? t('field.none') : t(`templates.answer.${v}`) }))}
        onChange={(e) => set(e.currentTarget.value === '' ? undefined : e.currentTarget.value === 'yes')}
      />
    );
  }
  return (
    <div className={css.begin}>
      <label htmlFor={id}>{t('templates.field.begins')}</label>
      <Control id={id} field={field} value={value as FieldValue} invalid={!!fault} save={(next) => set(Array.isArray(next) && next.length === 0 ? undefined : (next ?? undefined))} />
      {fault && (
        <p className={css.error} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
