import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconPlug, IconPlus } from '@/ui/icons';
import { ChannelCard } from './ChannelCard';
import { channelsQuery } from './channels';
import { ConnectForm } from './ConnectForm';
import css from './ChannelsScreen.module.css';

/** Where messages come from: what is connected, how it is, and how to connect more. */
export function ChannelsScreen() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const { data, error, refetch } = useQuery(channelsQuery);
  const [connecting, setConnecting] = useState(false);
  return (
    <div className={css.screen}>
      <ScreenHead title={t('nav.channels')}>
        {admin && !connecting && (
          <Button size="xs" leftSection={<IconPlus />} onClick={() => setConnecting(true)}>
            {t('channels.connect')}
          </Button>
        )}
      </ScreenHead>
      <div className={css.body}>
        {!admin && <p className={css.hint}>{t('channels.onlyAdmins')}</p>}
        {connecting && <ConnectForm done={() => setConnecting(false)} />}
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {data?.items.length === 0 && !connecting && (
          <div className={css.empty}>
            <IconPlug size={28} />
            <h2>{t('tasks.empty.noChannel')}</h2>
            <p>{admin ? t('tasks.empty.connectHint') : t('tasks.empty.askAdmin')}</p>
          </div>
        )}
        <ul className={css.list}>
          {data?.items.map((c) => (
            <li key={c.id}>
              <ChannelCard channel={c} admin={admin} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
