import { Button, NativeSelect, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Party } from '@/api/types';
import { Tags, Topic } from '@/features/details/Labels';
import { PartyPicker } from '@/features/details/PartyPicker';
import { StatusDot } from '@/features/tasks/StatusDot';
import { staffQuery, teamsQuery } from '@/features/tasks/tasks';
import { useFault } from './draft';
import { FormBuilder } from './FormBuilder';
import { PatternField } from './PatternField';
import { Section } from './Section';
import { StatusSetDialog } from './StatusSetEditor';
import { statusSetsQuery, type AnyTemplate, type Defaults, type ObjectDraft, type Outcome } from './templates';
import css from './Editor.module.css';

interface Props {
  draft: ObjectDraft;
  saved: ObjectDraft;
  set: (change: Partial<ObjectDraft>) => void;
  /** What the newest event comes to. */
  newest?: Outcome;
  template: AnyTemplate;
}

/** What only an object template has. */
export function ObjectParts({ draft, saved, set, newest }: Props) {
  const { t } = useTranslation();
  const { defaults } = draft;
  const put = (change: Partial<Defaults>) => set({ defaults: { ...defaults, ...change } });
  return (
    <>
      <Section id="tpl-task" title={t('templates.task.title')} hint={t('templates.task.hint')}>
        <PatternField label={t('templates.part.title')} hint={t('templates.task.titleHint')} place="defaults.title" value={defaults.title ?? ''} set={(title) => put({ title: title || undefined })} real={newest?.task.title} rows={2} />
        <PatternField label={t('templates.part.description')} place="defaults.description" value={defaults.description ?? ''} set={(description) => put({ description: description || undefined })} real={newest?.task.description} rows={2} />
        <Facts defaults={defaults} put={put} />
      </Section>
      <People defaults={defaults} put={put} />
      <Section id="tpl-form" title={t('templates.part.fields')} hint={t('templates.form.hint')}>
        <FormBuilder fields={draft.form.fields} saved={saved.form.fields} values={defaults.fields ?? {}} set={(fields, values) => set({ form: { fields }, defaults: { ...defaults, fields: values && Object.keys(values).length > 0 ? values : undefined } })} />
      </Section>
      <Statuses id={draft.status_set_id} set={(status_set_id) => set({ status_set_id })} />
    </>
  );
}

/** Known people and teams by their ids. */
function useParties(): (id: string, kind: Party['kind']) => Party {
  const { t } = useTranslation();
  const { data: staff } = useQuery(staffQuery);
  const { data: teams } = useQuery(teamsQuery);
  const names = new Map([...(staff?.items ?? []), ...(teams?.items ?? [])].map((x) => [x.id, x.name]));
  return (id, kind) => ({ id, kind, name: names.get(id) ?? t('templates.gone') });
}

interface DefaultsProps {
  defaults: Defaults;
  put: (change: Partial<Defaults>) => void;
}

const modes = ['share', 'first_to_accept', 'round_robin'] as const;

function People({ defaults, put }: DefaultsProps) {
  const { t } = useTranslation();
  const party = useParties();
  const assignees = defaults.assignees ?? [];
  const teams = assignees.some((a) => a.kind === 'team');
  const faults = { assignees: useFault('defaults.assignees'), participants: useFault('defaults.participants') };
  return (
    <Section id="tpl-people" title={t('templates.people.title')} hint={t('templates.people.hint')}>
      <div className={css.facts}>
        <div className={css.fact}>
          <span>{t('templates.part.assignees')}</span>
          <PartyPicker
            teams
            name={t('templates.part.assignees')}
            empty={t('templates.people.chain')}
            chosen={assignees.map((a) => party(a.id, a.kind))}
            choose={(chosen) => put({ assignees: chosen.length > 0 ? chosen.map((p) => ({ kind: p.kind, id: p.id })) : undefined })}
          />
          {faults.assignees && <p className={css.error}>{faults.assignees}</p>}
          <small>{t('templates.people.chainHint')}</small>
        </div>
        <NativeSelect
          label={t('templates.part.assignee_mode')}
          description={teams ? undefined : t('templates.people.modeHint')}
          value={defaults.assignee_mode ?? 'share'}
          data={modes.map((m) => ({ value: m, label: t(`templates.mode.${m}`) }))}
          onChange={(e) => put({ assignee_mode: e.currentTarget.value as Defaults['assignee_mode'] })}
        />
        <Switch
          label={t('templates.part.skip_away')}
          description={t('templates.people.skipAwayHint')}
          checked={defaults.skip_away ?? false}
          onChange={(e) => put({ skip_away: e.currentTarget.checked || undefined })}
        />
        <div className={css.fact}>
          <span>{t('templates.part.participants')}</span>
          <PartyPicker
            name={t('templates.part.participants')}
            empty={t('details.nobodyFollows')}
            chosen={(defaults.participants ?? []).map((id) => party(id, 'staff'))}
            choose={(chosen) => put({ participants: chosen.length > 0 ? chosen.map((p) => p.id) : undefined })}
          />
          {faults.participants && <p className={css.error}>{faults.participants}</p>}
          <small>{t('templates.people.followHint')}</small>
        </div>
      </div>
    </Section>
  );
}

const priorities = ['low', 'normal', 'high', 'urgent'] as const;

function Facts({ defaults, put }: DefaultsProps) {
  const { t } = useTranslation();
  return (
    <div className={css.facts}>
      <NativeSelect
        label={t('templates.part.priority')}
        value={defaults.priority ?? 'normal'}
        data={priorities.map((p) => ({ value: p, label: t(`tasks.priority.${p}`) }))}
        onChange={(e) => put({ priority: e.currentTarget.value as Defaults['priority'] })}
      />
      <Due minutes={defaults.due_in ?? 0} set={(due_in) => put({ due_in: due_in || undefined })} />
      <div className={css.fact}>
        <span>{t('templates.part.topic')}</span>
        <Topic topic={defaults.topic ?? ''} setTopic={(topic) => put({ topic: topic || undefined })} />
      </div>
      <div className={css.fact}>
        <span>{t('templates.part.tags')}</span>
        <Tags tags={defaults.tags ?? []} setTags={(tags) => put({ tags: tags.length > 0 ? tags : undefined })} />
      </div>
    </div>
  );
}

const units = { minutes: 1, hours: 60, days: 24 * 60 } as const;

/** How long after a task is made it is due. */
function Due({ minutes, set }: { minutes: number; set: (minutes: number) => void }) {
  const { t } = useTranslation();
  const fits = (Object.keys(units) as (keyof typeof units)[]).toReversed().find((u) => minutes > 0 && minutes % units[u] === 0) ?? 'hours';
  const [unit, setUnit] = useState<keyof typeof units>(fits);
  const shown = minutes > 0 ? String(Math.round((minutes / units[unit]) * 100) / 100) : '';
  return (
    <div className={css.due}>
      <TextInput
        label={t('templates.part.due_in')}
        inputMode="numeric"
        placeholder={t('templates.due.never')}
        value={shown}
        error={useFault('defaults.due_in')}
        onChange={(e) => {
          const n = Number.parseInt(e.currentTarget.value, 10);
          set(n > 0 ? n * units[unit] : 0);
        }}
      />
      <NativeSelect
        aria-label={t('templates.due.unit')}
        value={unit}
        data={(Object.keys(units) as (keyof typeof units)[]).map((u) => ({ value: u, label: t(`templates.due.${u}`) }))}
        onChange={(e) => {
          const next = e.currentTarget.value as keyof typeof units;
          if (minutes > 0) set(Math.max(1, Math.round(minutes / units[unit])) * units[next]);
          setUnit(next);
        }}
      />
    </div>
  );
}

function Statuses({ id, set }: { id: string; set: (id: string) => void }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const { data } = useQuery(statusSetsQuery);
  const faults = [useFault('status_set_id'), useFault('status_set')];
  const chosen = data?.items.find((s) => s.id === id);
  return (
    <Section
      id="tpl-statuses"
      title={t('templates.part.status_set')}
      hint={t('templates.statuses.hint')}
      side={
        chosen && (
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            {t('templates.statuses.edit')}
          </Button>
        )
      }
    >
      <NativeSelect className={css.name} aria-label={t('templates.part.status_set')} value={id} error={faults.find(Boolean)} data={(data?.items ?? []).map((s) => ({ value: s.id, label: s.name }))} onChange={(e) => set(e.currentTarget.value)} />
      <div className={css.statuses}>{chosen?.statuses.map((s) => <StatusDot key={s.key} status={s} named />)}</div>
      {editing && chosen && <StatusSetDialog set={chosen} close={() => setEditing(false)} />}
    </Section>
  );
}
