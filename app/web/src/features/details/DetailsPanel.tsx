import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { fullTime } from '@/i18n/format';
import { mayWork } from '@/features/access/rights';
import { useComments } from '@/features/conversation/comments';
import type { useTaskActions } from '@/features/tasks/actions';
import { StatusMenu } from '@/features/tasks/StatusMenu';
import { templateQuery } from '@/features/tasks/templates';
import { isOffered, useTaskSteps } from '@/features/work/work';
import { Text } from '@/ui/Text';
import { useFailureToast } from '@/ui/toast';
import { ContactCard } from './ContactCard';
import { Due } from './Due';
import { Fields } from './Fields';
import { Tags, Topic } from './Labels';
import { PartyPicker } from './PartyPicker';
import { Reminders } from './Reminders';
import { Why } from './Why';
import css from './DetailsPanel.module.css';

/** Everything about the task that is not said in the conversation. */
export function DetailsPanel({ task, actions }: { task: Task; actions: ReturnType<typeof useTaskActions> }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { accept } = useTaskSteps(task);
  const may = mayWork(task);
  const offered = may && isOffered(task) && task.status.category !== 'resolved';
  const { data: template } = useQuery(templateQuery(task.template_id));
  const { comments } = useComments(task.id);
  // Templates like to put the first message there, which stands in the conversation already.
  const described = task.description && !comments.some((c) => c.text.trim() === task.description.trim());
  return (
    <div className={css.panel}>
      <dl className={css.rows}>
        <Row name={t('details.status')}>
          <StatusMenu task={task} setStatus={actions.setStatus} />
        </Row>
        <Row name={t('details.assignees')} fixed={!may}>
          <PartyPicker
            chosen={task.assignees}
            choose={actions.setAssignees}
            teams
            name={t('details.assignees')}
            empty={t('details.nobody')}
          />
          <Mode task={task} />
          {offered && (
            <Button size="compact-xs" loading={accept.isPending} onClick={() => accept.mutate(undefined, { onError: failed })}>
              {t('task.accept')}
            </Button>
          )}
          {may && !actions.mine && !offered && (
            <Button size="compact-xs" variant="subtle" onClick={actions.toggleMine}>
              {t('task.take')}
            </Button>
          )}
        </Row>
        <Row name={t('details.followers')}>
          <fieldset disabled={!may} className={css.fixed}>
            <PartyPicker
              chosen={task.participants}
              choose={actions.setParticipants}
              name={t('details.followers')}
              empty={t('details.nobodyFollows')}
            />
          </fieldset>
          <Button size="compact-xs" variant="subtle" onClick={actions.toggleFollowing}>
            {actions.following ? t('details.unfollow') : t('details.follow')}
          </Button>
        </Row>
        <Row name={t('details.priority')} fixed={!may}>
          <select
            className={css.select}
            aria-label={t('details.priority')}
            data-high={task.priority === 'high' || task.priority === 'urgent' || undefined}
            value={task.priority}
            onChange={(event) => actions.set({ priority: event.currentTarget.value as 'low' })}
          >
            {(['low', 'normal', 'high', 'urgent'] as const).map((p) => (
              <option key={p} value={p}>
                {t(`tasks.priority.${p}`)}
              </option>
            ))}
          </select>
        </Row>
        <Row name={t('details.due')} fixed={!may}>
          <Due due={task.due_at} setDue={(due_at) => actions.set({ due_at })} />
        </Row>
        <Row name={t('details.topic')}>
          <Topic topic={task.topic} setTopic={(topic) => actions.set({ topic })} />
        </Row>
        <Row name={t('details.tags')}>
          <Tags tags={task.tags} setTags={(tags) => actions.set({ tags })} />
        </Row>
      </dl>
      <Reminders taskId={task.id} />
      {task.contact_id && (
        <Section title={t('details.contact')}>
          <ContactCard id={task.contact_id} />
        </Section>
      )}
      {template?.form.fields && template.form.fields.length > 0 && (
        <Section title={template.name}>
          <fieldset disabled={!may} className={css.fixed}>
            <Fields key={task.id} task={task} fields={template.form.fields} />
          </fieldset>
        </Section>
      )}
      {described && (
        <Section title={t('details.description')}>
          <Text text={task.description} />
        </Section>
      )}
      <Why taskId={task.id} template={template?.name} version={task.template_version} />
      <p className={css.created}>{t('details.created', { time: fullTime(task.created_at) })}</p>
    </div>
  );
}

/** How a team that has the task goes about it. */
function Mode({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (task.assign_mode === 'round_robin') return <p className={css.mode}>{t('details.mode.round_robin')}</p>;
  if (!task.assignees.some((a) => a.kind === 'team')) return null;
  return <p className={css.mode}>{t(`details.mode.${task.assign_mode as 'share'}`)}</p>;
}

/** A line; of a fixed one nothing can be changed by whoever looks at it. */
function Row({ name, fixed = false, children }: { name: string; fixed?: boolean; children: ReactNode }) {
  return (
    <div className={css.row}>
      <dt>{name}</dt>
      <dd>
        <fieldset disabled={fixed} className={css.fixed}>
          {children}
        </fieldset>
      </dd>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.section}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
