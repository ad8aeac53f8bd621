import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '@/ui/Badge';
import type { Channel } from './channels';

const tones: Partial<Record<Channel['state'], Tone>> = { on: 'good', throttled: 'warn', reconnect: 'bad' };

/** A channel's state in a word. */
export function StateChip({ state }: { state: Channel['state'] }) {
  const { t } = useTranslation();
  return (
    <Badge tone={tones[state]} data-state={state}>
      {t(`channels.state.${state}`)}
    </Badge>
  );
}
