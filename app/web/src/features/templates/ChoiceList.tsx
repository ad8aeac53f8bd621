import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { IconClose, IconPlus } from '@/ui/icons';
import { useFault } from './draft';
import { keyOf } from './keyOf';
import { moved, Sorter } from './Sorter';
import css from './FormBuilder.module.css';

interface Choice {
  key: string;
  label: string;
}

interface Props {
  choices: Choice[];
  place: string;
  error?: string;
  set: (choices: Choice[]) => void;
}

/** What a field offers to choose from. A choice keeps its key when it is renamed, so that what was chosen stays. */
export function ChoiceList({ choices, place, error, set }: Props) {
  const { t } = useTranslation();
  const rename = (index: number, label: string) => {
    const others = choices.filter((_, i) => i !== index);
    const fresh = choices[index]!.label === '' || choices[index]!.key === keyOf(choices[index]!.label, others);
    set(choices.map((c, i) => (i === index ? { key: fresh && label.trim() ? keyOf(label, others) : c.key, label } : c)));
  };
  return (
    <fieldset className={css.choices}>
      <legend>{t('templates.field.choices')}</legend>
      <Sorter items={choices} name={(c) => c.label || c.key} label={t('templates.field.choices')} move={(from, to) => set(moved(choices, from, to))}>
        {(choice, index, handle) => (
          <div className={css.choice}>
            {handle}
            <Label choice={choice} place={`${place}[${index}]`} set={(label) => rename(index, label)} />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('templates.form.remove', { name: choice.label || choice.key })}
              onClick={() => set(choices.filter((c) => c !== choice))}
            >
              <IconClose size={14} />
            </ActionIcon>
          </div>
        )}
      </Sorter>
      {error && choices.length === 0 && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
      <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} />} className={css.add} onClick={() => set([...choices, { key: keyOf('choice', choices), label: '' }])}>
        {t('templates.field.addChoice')}
      </Button>
    </fieldset>
  );
}

function Label({ choice, place, set }: { choice: Choice; place: string; set: (label: string) => void }) {
  const { t } = useTranslation();
  return (
    <TextInput
      size="xs"
      className={css.grow}
      aria-label={t('templates.field.choice')}
      placeholder={t('templates.field.choice')}
      value={choice.label}
      maxLength={200}
      error={useFault(place)}
      onChange={(e) => set(e.currentTarget.value)}
    />
  );
}
