import { useTranslation } from 'react-i18next';
import { useOthers } from '@/api/presence';
import type { Present } from '@/api/stream';
import { useMe } from '@/features/session/session';
import { list } from '@/i18n/format';
import { Face } from '@/ui/Face';
import { useSeen } from '@/features/notifications/desktop';
import { useHere } from './useHere';
import css from './Present.module.css';

/** Who else has the task open. */
export function Faces({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const others = useOthers(taskId, useMe().id);
  if (others.length === 0) return null;
  const words = t('presence.here', { names: list(others.map((p) => p.name)), count: others.length });
  return (
    <span className={css.faces} title={words}>
      {others.slice(0, 4).map((p) => (
        <span key={p.staff_id} className={css.one} data-typing={p.typing || undefined}>
          <Face name={p.name} id={p.staff_id} size={24} />
        </span>
      ))}
      <span className="sr" role="status">
        {words}
      </span>
    </span>
  );
}

/** Who is writing what, right above the box in which one writes oneself. */
export function Writing({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  useHere(taskId);
  useSeen(taskId);
  const others = useOthers(taskId, useMe().id);
  const say = (typing: Present['typing'], key: 'answering' | 'noting') => {
    const who = others.filter((p) => p.typing === typing).map((p) => p.name);
    return who.length > 0 ? t(`presence.${key}`, { names: list(who), count: who.length }) : '';
  };
  const words = [say('public', 'answering'), say('internal', 'noting')].filter(Boolean);
  return (
    <div role="status" className={css.writing}>
      {words.map((w) => (
        <p key={w}>
          <span className={css.dots} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {w}
        </p>
      ))}
    </div>
  );
}
