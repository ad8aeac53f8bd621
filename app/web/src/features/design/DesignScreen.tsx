import { ActionIcon, Button, Switch } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, unreachable } from '@/api/problem';
import type { Comment, DeliveryState } from '@/api/types';
import { HeadActions } from '@/app/HeadActions';
import { Delivery } from '@/features/conversation/Delivery';
import { HoursPicture } from '@/features/hours/HoursPicture';
import { StatusDot } from '@/features/tasks/StatusDot';
import { ErrorNote } from '@/ui/ErrorNote';
import { Face } from '@/ui/Face';
import * as icons from '@/ui/icons';
import { Keys } from '@/ui/Keys';
import { Mark } from '@/ui/Mark';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import css from './DesignScreen.module.css';

const colors = {
  surface: ['bg', 'surface', 'raised', 'sunken', 'hover', 'selected'],
  line: ['line', 'line-strong', 'control', 'focus'],
  text: ['text', 'text-2', 'text-3'],
  accent: ['accent', 'accent-strong', 'accent-soft', 'on-accent'],
  voice: ['own', 'own-line', 'theirs', 'theirs-line', 'note', 'note-line', 'note-text', 'note-strong'],
  meaning: ['good', 'good-soft', 'warn', 'warn-soft', 'bad', 'bad-soft', 'unread'],
};
const spaces = [4, 8, 12, 16, 24];
const states: DeliveryState[] = ['queued', 'sending', 'sent', 'delivered', 'read', 'unconfirmed', 'failed', 'refused', 'cancelled'];
const week = { monday: ['09:00-12:00', '13:00-17:00'], tuesday: ['09:00-12:00', '13:00-17:00'], thursday: ['06:00-14:00'], saturday: ['18:00-24:00'], sunday: ['00:00-02:00'] };
const failure = new ApiError({ status: 0, code: unreachable, detail: '' });

/** The design on a page: tokens and parts as the screens use them. */
export function DesignScreen() {
  const { t } = useTranslation();
  const failed = useFailureToast();
  useEffect(() => {
    document.title = `${t('design.title')} · ${t('app.name')}`;
  }, [t]);
  return (
    <div className={css.screen}>
      <h1>{t('design.title')}</h1>
      <p className={css.hint}>{t('design.hint')}</p>

      <Part name={t('design.brand')}>
        <Mark size={48} />
        <Mark size={26} />
        <strong className={css.brand}>{t('app.name')}</strong>
      </Part>
      <Part name={t('design.colors')}>
        {Object.entries(colors).map(([group, names]) => (
          <ul key={group} className={css.swatches}>
            {names.map((name) => (
              <li key={name}>
                <span style={{ background: `var(--k-${name})` }} />
                <code>{name}</code>
              </li>
            ))}
          </ul>
        ))}
      </Part>
      <Part name={t('design.type')}>
        <div className={css.type}>
          <p className={css.heading}>{t('design.heading')}</p>
          <p>{t('design.body')}</p>
          <p className={css.small}>{t('design.small')}</p>
          <p className="tabular">{t('design.figures')}</p>
        </div>
      </Part>
      <Part name={t('design.spacing')}>
        {spaces.map((n) => (
          <span key={n} className={css.space} style={{ width: n * 2, height: n * 2, borderRadius: n / 2 }}>
            {n}
          </span>
        ))}
      </Part>
      <Part name={t('design.buttons')}>
        <Button size="xs">{t('design.primary')}</Button>
        <Button size="xs" variant="default">
          {t('design.secondary')}
        </Button>
        <Button size="xs" variant="subtle">
          {t('design.quiet')}
        </Button>
        <Button size="xs" disabled>
          {t('design.off')}
        </Button>
        <Button size="xs" loading>
          {t('design.busy')}
        </Button>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('design.quiet')}>
          <icons.IconDots size={18} />
        </ActionIcon>
        <Keys keys="Ctrl Enter" />
      </Part>
      <Part name={t('design.actions')}>
        <HeadActions
          actions={[
            { label: t('design.secondary'), run: () => {} },
            { label: t('contacts.erase.button'), run: () => {}, danger: true },
          ]}
        />
      </Part>
      <Part name={t('design.inputs')}>
        <label className={css.field}>
          {t('design.text')}
          <input defaultValue={t('design.body')} />
        </label>
        <label className={css.field}>
          {t('design.choice')}
          <select>
            <option>{t('design.primary')}</option>
            <option>{t('design.secondary')}</option>
          </select>
        </label>
        <label className={css.field}>
          {t('design.wrong')}
          <input aria-invalid="true" defaultValue="4711" />
        </label>
        <Switch label={t('design.check')} defaultChecked />
      </Part>
      <Part name={t('design.badges')}>
        {(['good', 'warn', 'bad', 'accent'] as const).map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
      </Part>
      <Part name={t('design.statuses')}>
        {(['new', 'pending', 'resolved'] as const).map((category) => (
          <StatusDot key={category} status={{ name: t(`tasks.queue.${category}`), category }} named />
        ))}
      </Part>
      <Part name={t('design.delivery')}>
        {states.map((state) => (
          <Delivery key={state} comment={delivered(state)} />
        ))}
      </Part>
      <Part name={t('design.people')}>
        {['Ada Nowak', 'Ben Okafor', 'Cleo', 'Émile Dubois'].map((name) => (
          <Face key={name} name={name} id={name} />
        ))}
        <Face name="Support" id="team" square />
      </Part>
      <Part name={t('hours.title')}>
        <HoursPicture hours={week} />
        <HoursPicture hours={week} named />
      </Part>
      <Part name={t('design.empty')}>
        <div className={css.empty}>
          <icons.IconInbox size={28} />
          <strong>{t('design.emptyTitle')}</strong>
          <p>{t('design.emptyHint')}</p>
        </div>
      </Part>
      <Part name={t('design.skeletons')}>
        <div className={css.loading}>
          <Skeleton lines={3} />
        </div>
      </Part>
      <Part name={t('design.errors')}>
        <ErrorNote error={failure} retry={() => {}} />
      </Part>
      <Part name={t('design.toasts')}>
        <Button size="xs" variant="default" onClick={() => toast(t('design.goodToast'))}>
          {t('design.good')}
        </Button>
        <Button size="xs" variant="default" onClick={() => toast(t('design.goodToast'), { words: t('task.undo'), act: () => {} })}>
          {t('design.undo')}
        </Button>
        <Button size="xs" variant="default" onClick={() => failed(failure)}>
          {t('design.bad')}
        </Button>
      </Part>
      <Part name={t('design.icons')}>
        <ul className={css.icons}>
          {Object.entries(icons).map(([name, Icon]) => (
            <li key={name}>
              <Icon size={20} />
              <code>{name.replace('Icon', '')}</code>
            </li>
          ))}
        </ul>
      </Part>
    </div>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className={css.part}>
      <h2>{name}</h2>
      <div className={css.row}>{children}</div>
    </section>
  );
}

/** A comment of which nothing matters but what became of it. */
function delivered(state: DeliveryState): Comment {
  const message = {
    message_id: state, part: 'text', state, attempts: 1, attachment_id: null, decision: null, error: null, messaging_type: '',
    tag: '', not_before: null, waits: null,
  };
  return { id: state, task_id: '', delivery_state: state, deliveries: [message], attachments: [] } as unknown as Comment;
}
