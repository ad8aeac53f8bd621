import { useTranslation } from 'react-i18next';
import { nearTime } from '@/i18n/format';
import { ButtonLink } from '@/ui/ButtonLink';
import { IconAlert, IconClock, IconInfo } from '@/ui/icons';
import type { Channel } from './channels';
import css from './ChannelScreen.module.css';

/** What stands in the way of a channel as a whole, with its remedy. */
export function Banner({ channel: c, admin }: { channel: Channel; admin: boolean }) {
  const { t } = useTranslation();
  if (c.removed_at) {
    return (
      <div className={css.banner} data-level="info" role="status">
        <IconInfo size={18} />
        <div>
          <strong>{t('channel.banner.removed')}</strong>
          <p>{t('channel.banner.removedHint')}</p>
        </div>
      </div>
    );
  }
  if (c.state === 'reconnect') {
    return (
      <div className={css.banner} data-level="error" role="alert">
        <IconAlert size={18} />
        <div>
          <strong>{t('channel.banner.reconnect')}</strong>
          <p>{c.reason?.text}</p>
          <p>{t('channel.banner.waits')}</p>
          {admin ? (
            <ButtonLink to="/channels/connect" size="xs" mt={6}>
              {t('channels.state.reconnect')}
            </ButtonLink>
          ) : (
            <p>{t('channel.banner.askAdmin')}</p>
          )}
        </div>
      </div>
    );
  }
  if (c.state === 'throttled') {
    return (
      <div className={css.banner} data-level="wait" role="status">
        <IconClock size={18} />
        <div>
          <strong>{t('channel.banner.throttled')}</strong>
          <p>{t('channels.throttledHint', { time: nearTime(c.paused_until ?? c.updated_at) })}</p>
        </div>
      </div>
    );
  }
  if (c.state === 'off') {
    return (
      <div className={css.banner} data-level="info" role="status">
        <IconInfo size={18} />
        <div>
          <strong>{t('channel.banner.off')}</strong>
          <p>{c.enabled ? t('channels.offElsewhere') : t('channels.offHint')}</p>
        </div>
      </div>
    );
  }
  return null;
}
