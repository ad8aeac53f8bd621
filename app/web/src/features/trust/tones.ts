import type { DeliveryState } from '@/api/types';
import type { Tone } from '@/ui/Badge';
import type { Part } from './Figures';
import type { EventState } from './search';

/** How the states of a delivery are drawn, what went well first. */
export const tones: Record<DeliveryState, Part['tone']> = {
  read: 'good',
  delivered: 'good',
  sent: 'plain',
  queued: 'wait',
  sending: 'wait',
  unconfirmed: 'doubt',
  refused: 'bad',
  failed: 'bad',
  cancelled: 'gone',
};

export const eventTones: Record<EventState, Part['tone']> = {
  processed: 'good',
  ignored: 'gone',
  received: 'wait',
  waiting: 'wait',
  held: 'doubt',
  failed: 'bad',
};

/** What is drawn in many tones is said in words in few. */
export function badgeTone(tone: Part['tone']): Tone | undefined {
  if (tone === 'doubt' || tone === 'wait') return 'warn';
  return tone === 'good' || tone === 'bad' ? tone : undefined;
}
