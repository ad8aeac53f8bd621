import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { channelQuery } from '@/features/channels/channels';
import { templatesQuery } from '@/features/tasks/templates';
import { contactTemplatesQuery, fieldTargets, type LeadForm, type LeadQuestion, type Target } from './leads';
import css from './leads.module.css';

interface Props {
  form: LeadForm;
  objectTemplate: string | null;
  contactTemplate: string | null;
  mapping: Record<string, string>;
  set: (mapping: Record<string, string>) => void;
  disabled: boolean;
  faultAt: (key: string) => string | undefined;
}

/** The form's questions beside the places where their answers go. */
export function Questions({ form: f, objectTemplate, contactTemplate, mapping, set, disabled, faultAt }: Props) {
  const { t } = useTranslation();
  const groups = useTargets(f.channel_id, objectTemplate, contactTemplate);
  const suggested = f.questions.filter((q) => q.suggestion !== '' && mapping[q.key] === undefined);
  return (
    <section className={css.card} aria-labelledby="form-questions">
      <div className={css.tools}>
        <div>
          <h2 id="form-questions">{t('leads.map.title')}</h2>
          <p className={css.hint}>{t('leads.map.hint')}</p>
        </div>
        {!disabled && suggested.length > 0 && (
          <Button size="xs" variant="default" onClick={() => set(Object.fromEntries(suggested.map((q) => [q.key, q.suggestion])))}>
            {t('leads.map.takeAll', { count: suggested.length })}
          </Button>
        )}
      </div>
      <ul className={css.questions}>
        {f.questions.map((q) => (
          <Question
            key={q.key}
            question={q}
            groups={groups}
            chosen={mapping[q.key]}
            set={(target) => set({ [q.key]: target })}
            disabled={disabled}
            fault={faultAt(q.key)}
          />
        ))}
      </ul>
    </section>
  );
}

type Groups = { contact: Target[]; task: Target[] };

/** The first template that is named; the standard one when none is. */
function pick<T extends { id: string; standard: boolean }>(list: T[] | undefined, ...ids: (string | null | undefined)[]): T | undefined {
  const id = ids.find(Boolean);
  return list?.find((x) => (id ? x.id === id : x.standard));
}

/** The places there are: the contact's addresses, and the fields of both forms that hold for this lead form. */
function useTargets(channelId: string, objectTemplate: string | null, contactTemplate: string | null): Groups {
  const { t } = useTranslation();
  const { data: channel } = useQuery(channelQuery(channelId));
  const { data: objects } = useQuery(templatesQuery);
  const { data: contacts } = useQuery(contactTemplatesQuery);
  const object = pick(objects?.items, objectTemplate, channel?.settings.object_template_id);
  const contact = pick(contacts?.items, contactTemplate, channel?.settings.contact_template_id);
  return {
    contact: [
      { value: 'contact:name', label: t('leads.map.name') },
      { value: 'contact:email', label: t('leads.map.email') },
      { value: 'contact:phone', label: t('leads.map.phone') },
      ...fieldTargets('contact:field:', contact?.form.fields),
    ],
    task: fieldTargets('task:field:', object?.form.fields),
  };
}

interface QuestionProps {
  question: LeadQuestion;
  groups: Groups;
  chosen: string | undefined;
  set: (target: string) => void;
  disabled: boolean;
  fault?: string;
}

function Question({ question: q, groups, chosen, set, disabled, fault }: QuestionProps) {
  const { t } = useTranslation();
  const decided = q.by === 'form' ? q.target : '';
  const value = chosen ?? decided;
  const label = (target: string) => [...groups.contact, ...groups.task].find((x) => x.value === target)?.label ?? target;
  const open = q.by === '' && value === '';
  const without =
    q.by === 'template' ? t('leads.map.byTemplate', { target: q.target ? label(q.target) : t('leads.map.inText') })
    : q.by === 'type' ? t('leads.map.byType', { target: label(q.target) })
    : t('leads.map.nowhere');
  const id = `question-${q.key}`;
  const unknown = value !== '' && value !== 'none' && ![...groups.contact, ...groups.task].some((x) => x.value === value);
  return (
    <li className={css.question} data-open={open || undefined}>
      <div className={css.names}>
        <label htmlFor={id}>{q.label || q.key}</label>
        <p>
          {q.options.length > 0 ? t('leads.map.options', { options: q.options.map((o) => o.label || o.key).join(', ') }) : q.key}
        </p>
        {q.drift && <span className={css.mark}>{t(`leads.map.drifted.${q.drift}`)}</span>}
      </div>
      <div className={css.target}>
        <select id={id} value={value} disabled={disabled} onChange={(event) => set(event.currentTarget.value)}>
          <option value="">{without}</option>
          <optgroup label={t('leads.map.contact')}>
            {groups.contact.map((x) => (
              <option key={x.value} value={x.value}>
                {x.label}
              </option>
            ))}
          </optgroup>
          {groups.task.length > 0 && (
            <optgroup label={t('leads.map.task')}>
              {groups.task.map((x) => (
                <option key={x.value} value={x.value}>
                  {x.label}
                </option>
              ))}
            </optgroup>
          )}
          {unknown && <option value={value}>{value}</option>}
          <option value="none">{t('leads.map.none')}</option>
        </select>
        {open && !disabled && q.suggestion && (
          <Button size="compact-xs" variant="default" onClick={() => set(q.suggestion)}>
            {t('leads.map.take', { target: label(q.suggestion) })}
          </Button>
        )}
        {open && <p className={css.openHint}>{t('leads.map.openHint')}</p>}
        {fault && (
          <p className={css.error} role="alert">
            {fault}
          </p>
        )}
      </div>
    </li>
  );
}
