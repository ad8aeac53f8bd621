import { useTranslation } from 'react-i18next';
import { nearTime } from '@/i18n/format';
import type { Channel } from './channels';

export type Level = 'good' | 'info' | 'wait' | 'warning' | 'error';

/** How a channel is, in one sentence: the worst of what is known. */
export function useCondition(c: Channel): { level: Level; words: string; code?: string } {
  const { t } = useTranslation();
  if (c.reason) return { level: 'error', words: c.reason.text };
  if (c.state === 'off') return { level: 'info', words: c.enabled ? t('channels.offElsewhere') : t('channels.offHint') };
  if (c.state === 'throttled' && c.paused_until) return { level: 'wait', words: t('channels.throttledHint', { time: nearTime(c.paused_until) }) };
  for (const level of ['error', 'warning'] as const) {
    const found = c.health.findings.filter((f) => f.level === level);
    const more = found.length > 1 ? ` ${t('channels.andMore', { count: found.length - 1 })}` : '';
    if (found[0]) return { level, words: found[0].text + more, code: found[0].code };
  }
  return { level: 'good', words: t('channels.well') };
}
