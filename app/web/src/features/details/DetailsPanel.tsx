import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { fullTime } from '@/i18n/format';
import { useComments } from '@/features/conversation/comments';
import type { useTaskActions } from '@/features/tasks/actions';
import { StatusMenu } from '@/features/tasks/StatusMenu';
import { templateQuery } from '@/features/tasks/templates';
import { Text } from '@/ui/Text';
import { Assignees } from './Assignees';
import { ContactCard } from './ContactCard';
import { Fields } from './Fields';
import { Why } from './Why';
import css from './DetailsPanel.module.css';

/** Everything about the task that is not said in the conversation. */
export function DetailsPanel({ task, actions }: { task: Task; actions: ReturnType<typeof useTaskActions> }) {
  const { t } = useTranslation();
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
        <Row name={t('details.assignees')}>
          <Assignees task={task} setAssignees={actions.setAssignees} />
          {!actions.mine && (
            <Button size="compact-xs" variant="subtle" onClick={actions.toggleMine}>
              {t('task.take')}
            </Button>
          )}
        </Row>
        {task.priority !== 'normal' && <Row name={t('details.priority')}>{t(`tasks.priority.${task.priority as 'high'}`)}</Row>}
        {task.due_at && <Row name={t('details.due')}>{fullTime(task.due_at)}</Row>}
        {task.topic && <Row name={t('details.topic')}>{task.topic}</Row>}
        {task.tags.length > 0 && (
          <Row name={t('details.tags')}>
            <ul className={css.tags}>
              {task.tags.map((tag) => (
                <li key={tag}>{tag}</li>
              ))}
            </ul>
          </Row>
        )}
      </dl>
      {task.contact_id && (
        <Section title={t('details.contact')}>
          <ContactCard id={task.contact_id} />
        </Section>
      )}
      {template?.form.fields && template.form.fields.length > 0 && (
        <Section title={template.name}>
          <Fields key={task.id} task={task} fields={template.form.fields} />
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

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={css.row}>
      <dt>{name}</dt>
      <dd>{children}</dd>
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
