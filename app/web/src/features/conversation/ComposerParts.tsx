import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { Comment, Task } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconLock, IconMail, IconReply, IconUsers } from '@/ui/icons';
import { largest, type FileLimits } from './fileLimits';
import type { Way } from './ways';
import css from './Composer.module.css';

/** Opens the saved replies as typing a slash does. */
export function begin(field: HTMLTextAreaElement | null, text: string, write: (text: string) => void) {
  if (!field) return;
  const slash = text === '' || /\s$/.test(text) ? '/' : ' /';
  write(text + slash);
  requestAnimationFrame(() => {
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.dispatchEvent(new Event('click'));
  });
}

export function WayIcon({ way, under }: { way: Way; under: boolean }) {
  if (way === 'internal') return <IconLock size={14} />;
  if (way === 'private') return <IconMail size={14} />;
  return under ? <IconUsers size={14} /> : <IconReply size={14} />;
}

/** Who will read it. */
export function To({ task, way, under }: { task: Task; way: Way; under: Comment | null }) {
  const { t } = useTranslation();
  const name = under?.author.name || task.contact_name || t('tasks.nobody');
  if (way === 'internal') return t('composer.internalHint');
  if (way === 'private') return t('composer.privateHint', { name });
  return under ? t('composer.publicHint', { name }) : t('composer.to', { name, channel: task.channel_name });
}

/** Says how long the text is as soon as that matters. */
export function Count({ text, limit, parts }: { text: string; limit: number; parts?: string[] }) {
  const { t } = useTranslation();
  const length = [...text.trim()].length;
  if (limit === 0 || length < limit * 0.8) return null;
  if (parts) return <span className={css.count}>{t('split.count', { count: parts.length })}</span>;
  return (
    <span className={css.count} data-over={length > limit || undefined} role={length > limit ? 'alert' : undefined}>
      {length > limit ? t('composer.tooLong', { count: length - limit }) : `${length} / ${limit}`}
    </span>
  );
}

/** What can be attached here, told before one does. */
export function attachHint(limits: FileLimits, t: TFunction): string {
  const most = largest(limits);
  if (!most) return t('composer.attach');
  return `${t('composer.attach')}. ${most.others > 0 ? t('composer.attachLimits', most) : t('composer.attachImages', most)}`;
}

export function Refusal({ error }: { error: unknown }) {
  const [first] = asApiError(error).faults;
  if (first) return <p className={css.refusal}>{first.message}</p>;
  return <ErrorNote error={error} />;
}

/** Most browsers do it by themselves. */
export const growsItself = CSS.supports('field-sizing', 'content');

/** Lets the field be as high as what is in it, up to the limit of its style. */
export function grow(field: HTMLTextAreaElement | null) {
  if (!field) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
