import { Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { ButtonLink } from '@/ui/ButtonLink';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconAlert, IconPlug, IconPlus, IconSearch } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { useFailureToast } from '@/ui/toast';
import { ChannelRow } from './ChannelRow';
import { accountQuery, channelsQuery, kindsQuery, useSwitches, type Channel } from './channels';
import { byUrgency, inCommon } from './urgency';
import css from './ChannelsScreen.module.css';

/** Where messages come from: what is connected, how it is, and how to connect more. */
export function ChannelsScreen() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const { data, error, refetch } = useQuery(channelsQuery);
  return (
    <div className={css.screen}>
      <ScreenHead title={t('nav.channels')}>
        {admin && (
          <ButtonLink to="/channels/connect" size="xs" leftSection={<IconPlus />}>
            {t('channels.connect')}
          </ButtonLink>
        )}
      </ScreenHead>
      <div className={css.body}>
        {!admin && <p className={css.hint}>{t('channels.onlyAdmins')}</p>}
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={6} />}
        {data?.items.length === 0 && (
          <div className={css.empty}>
            <IconPlug size={28} />
            <h2>{t('tasks.empty.noChannel')}</h2>
            <p>{admin ? t('channels.emptyHint') : t('tasks.empty.askAdmin')}</p>
            {admin && (
              <ButtonLink to="/channels/connect" size="xs">
                {t('channels.connectFirst')}
              </ButtonLink>
            )}
          </div>
        )}
        {data && data.items.length > 0 && <List channels={data.items} admin={admin} />}
        {admin && data && data.items.length > 0 && <Switches />}
      </div>
    </div>
  );
}

const many = 8;

/** The channels: those that need somebody first. What many of them have in common is said once. */
function List({ channels, admin }: { channels: Channel[]; admin: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const shown = byUrgency(channels, text);
  const common = inCommon(channels);
  return (
    <>
      {channels.length > many && (
        <TextInput
          className={css.search}
          type="search"
          leftSection={<IconSearch size={14} />}
          aria-label={t('channels.find')}
          placeholder={t('channels.find')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {common.map((f) => (
        <p key={f.code + f.text} className={css.common} role="status">
          <IconAlert size={16} />
          <span>
            <strong>{t('channels.sameIll', { count: f.count })}</strong> {f.text}
          </span>
        </p>
      ))}
      <ul className={css.list}>
        {shown.map((c) => (
          <ChannelRow key={c.id} channel={c} admin={admin} said={common.map((f) => f.code)} />
        ))}
        {shown.length === 0 && <li className={css.row}>{t('channels.noneFound', { text })}</li>}
      </ul>
    </>
  );
}

/** The switches that stop everything at once: off means hold, not drop. */
function Switches() {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { data: account } = useQuery(accountQuery);
  const { data: kinds } = useQuery(kindsQuery);
  const change = useSwitches();
  if (!account || !kinds) return null;
  const off = kinds.items.filter((k) => !k.enabled).map((k) => k.kind);
  const kind = (name: string, on: boolean) =>
    change.mutate({ paused_kinds: on ? off.filter((k) => k !== name) : [...off, name] }, { onError: failed });
  return (
    <section className={css.switches} aria-labelledby="channels-switches">
      <h2 id="channels-switches">{t('channels.switches')}</h2>
      <p className={css.hint}>{t('channels.switchesHint')}</p>
      <Switch
        label={t('channels.switchAccount')}
        checked={change.isPending && change.variables.enabled !== undefined ? change.variables.enabled : account.enabled}
        disabled={change.isPending}
        onChange={(event) => change.mutate({ enabled: event.currentTarget.checked }, { onError: failed })}
      />
      {kinds.items.map((k) => (
        <Switch
          key={k.kind}
          label={t('channels.switchKind', { kind: k.name })}
          checked={k.enabled}
          disabled={change.isPending || !account.enabled}
          onChange={(event) => kind(k.kind, event.currentTarget.checked)}
        />
      ))}
    </section>
  );
}
