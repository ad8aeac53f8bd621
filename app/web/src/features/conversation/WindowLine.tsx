import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyWindow } from '@/api/types';
import { nearTime, span } from '@/i18n/format';
import { IconAlert, IconClock } from '@/ui/icons';
import { useRemaining } from '@/ui/useRemaining';
import css from './WindowLine.module.css';

const soon = 4 * 3_600_000;

/** The platform's rule for answering, before it bites: until when one may, as what, or why not and what else can be done. */
export function WindowLine({ window: w }: { window: ReplyWindow }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const left = useRemaining(w.until, 10_000);
  useEffect(() => {
    if (left === 0) void queryClient.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).endsWith('/reply-window') });
  }, [left, queryClient]);
  if (!w.may_write) {
    return (
      <p className={css.line} data-tone="bad" role="alert">
        <IconAlert size={14} />
        {w.advice}
      </p>
    );
  }
  if (!w.until || left === null) return null;
  const values = { time: nearTime(w.until), span: span(left) };
  const tone = w.as === 'human_agent' || left < soon ? 'warn' : 'calm';
  return (
    <p className={css.line} data-tone={tone} title={t(`window.hint.${w.as}`)}>
      <IconClock size={14} />
      {w.as === 'human_agent' ? t('window.humanAgent', values) : t('window.open', values)}
    </p>
  );
}
