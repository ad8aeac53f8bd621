import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconClock } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { useChannelSteps, type Channel } from './channels';
import css from './ChannelScreen.module.css';

/** What came in while the channel was off, and what is to become of it. */
export function Held({ channel: c, count, admin }: { channel: Channel; count: number; admin: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const [sure, setSure] = useState(false);
  // What came of it is said also when this is gone by then, because nothing is held any more.
  const { importHeld, declineHeld } = useChannelSteps(c.id);
  const busy = importHeld.isPending || declineHeld.isPending;
  return (
    <section className={css.banner} data-level="wait" aria-label={t('channel.held.name')}>
      <IconClock size={18} />
      <div>
        <strong>{t('channels.held', { count })}</strong>
        {c.state === 'off' ? <p>{t('channels.heldLater')}</p> : <p>{sure ? t('channel.held.declineHint') : t('channel.held.hint')}</p>}
        {admin && c.state !== 'off' && (
          <div className={css.buttons}>
            {sure ? (
              <>
                <Button
                  size="compact-sm"
                  color="red"
                  loading={busy}
                  onClick={() => void declineHeld.mutateAsync().then((n) => toast(t('channels.declined', { count: n })), failed)}
                >
                  {t('channel.held.declineSure', { count })}
                </Button>
                <Button size="compact-sm" variant="default" disabled={busy} onClick={() => setSure(false)}>
                  {t('app.cancel')}
                </Button>
              </>
            ) : (
              <>
                <Button
                  size="compact-sm"
                  loading={busy}
                  onClick={() => void importHeld.mutateAsync().then((n) => toast(t('channels.imported', { count: n })), failed)}
                >
                  {t('channels.import')}
                </Button>
                <Button size="compact-sm" variant="default" disabled={busy} onClick={() => setSure(true)}>
                  {t('channels.decline')}
                </Button>
              </>
            )}
          </div>
        )}
      </div>
    </section>
  );
}
