import { Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { nearTime } from '@/i18n/format';
import { IconAlert, IconCheck, IconClock, IconInfo } from '@/ui/icons';
import { useFailureToast } from '@/ui/toast';
import { titleOf, useChannelSteps, useKindNames, type Channel } from './channels';
import { useCondition } from './condition';
import { StateChip } from './StateChip';
import css from './ChannelsScreen.module.css';

interface Props {
  channel: Channel;
  admin: boolean;
  /** Problems that have been told above, for several channels at once. */
  said: string[];
}

/** One channel in the list: what it is, how it is in a sentence, and its switch. */
export function ChannelRow({ channel: c, admin, said }: Props) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const kinds = useKindNames();
  const { change } = useChannelSteps(c.id);
  const { level, words, code } = useCondition(c);
  const Icon = { good: IconCheck, info: IconInfo, wait: IconClock, warning: IconAlert, error: IconAlert }[level];
  return (
    <li className={css.row} data-level={level}>
      <div className={css.names}>
        <Link to="/channels/$channelId" params={{ channelId: c.id }}>
          {titleOf(c)}
        </Link>
        <p>
          {kinds(c.kind)} · <span className="tabular">{c.external_id}</span>
          {c.health.last_event_at && ` · ${t('channels.lastEvent', { time: nearTime(c.health.last_event_at) })}`}
        </p>
        <p className={css.condition} data-level={level}>
          <Icon size={14} />
          <span>{code && said.includes(code) ? t('channels.asAbove') : words}</span>
        </p>
        {c.held ? (
          <p className={css.condition} data-level="wait">
            <IconClock size={14} />
            <Link to="/channels/$channelId" params={{ channelId: c.id }}>
              {t('channels.held', { count: c.held })}
            </Link>
          </p>
        ) : null}
      </div>
      <StateChip state={c.state} />
      <Switch
        checked={change.isPending && change.variables.enabled !== undefined ? change.variables.enabled : c.enabled}
        disabled={!admin || change.isPending}
        onChange={(event) => change.mutate({ enabled: event.currentTarget.checked }, { onError: failed })}
        aria-label={t('channels.switch', { name: titleOf(c) })}
      />
    </li>
  );
}
