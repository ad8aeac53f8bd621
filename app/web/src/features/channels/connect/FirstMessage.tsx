import { Button, Loader } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { serverNow } from '@/api/clock';
import type { Page, Task } from '@/api/types';
import { nearTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconCheck, IconPhone } from '@/ui/icons';
import { AdviceList } from './AdviceList';
import { channelsQuery, installationQuery, titleOf, useChannelSteps, type Channel } from '../channels';
import { StepCard } from './ConnectScreen';
import css from './connect.module.css';

/** The tasks in which something came in over some channels; the newest first. */
function newestQuery(channel: string) {
  const query = { channel_id: channel, limit: 5 };
  return queryOptions({
    queryKey: ['get', '/tasks', { params: { query } }] as const,
    queryFn: async ({ signal }) => (await api.GET('/tasks', { params: { query }, signal })).data as Page<Task>,
  });
}

/** All is connected: a first message shows that it works. */
export function FirstMessage({ channelIds, more }: { channelIds: string[]; more: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(channelsQuery);
  const channels = data?.items.filter((c) => channelIds.includes(c.id)).toSorted((a, b) => titleOf(a).localeCompare(titleOf(b))) ?? [];
  const [picked, setPicked] = useState(channelIds[0]!);
  const [since] = useState(serverNow);
  const channel = channels.find((c) => c.id === picked);
  return (
    <>
      <StepCard title={t('connect.done.title', { count: channelIds.length })}>
        <p className={css.hint}>{t('connect.done.hint')}</p>
        <ul className={css.made}>
          {channels.map((c) => (
            <li key={c.id}>
              <IconCheck size={14} />
              <Link to="/channels/$channelId" params={{ channelId: c.id }}>
                {titleOf(c)}
              </Link>
            </li>
          ))}
        </ul>
      </StepCard>
      <StepCard title={t('connect.test.title')}>
        {channels.length > 1 && (
          <label className={css.pick}>
            {t('connect.test.pick')}
            <select value={picked} onChange={(event) => setPicked(event.currentTarget.value)}>
              {channels.map((c) => (
                <option key={c.id} value={c.id}>
                  {titleOf(c)}
                </option>
              ))}
            </select>
          </label>
        )}
        {channel && <Test key={channel.id} channel={channel} since={since} />}
        <div className={css.buttons}>
          {channel && (
            <Link to="/channels/$channelId" params={{ channelId: channel.id }} className={css.choose}>
              {t('connect.done.settings')}
            </Link>
          )}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={more}>
            {t('connect.done.more')}
          </Button>
        </div>
      </StepCard>
    </>
  );
}

const patience = 90_000;

function Test({ channel, since }: { channel: Channel; since: number }) {
  const { t } = useTranslation();
  const { data: here } = useQuery(installationQuery);
  const { data } = useQuery(newestQuery(channel.id));
  const arrived = data?.items.find((x) => Date.parse(x.last_comment_at) >= since);
  const name = titleOf(channel);
  if (arrived) {
    return (
      <div className={css.arrived} role="status">
        <IconCheck size={20} />
        <div>
          <strong>{t('connect.test.works')}</strong>
          <p>
            {arrived.snippet || arrived.title} · {nearTime(arrived.last_comment_at)}
          </p>
          <Link to="/tasks/$taskId" params={{ taskId: arrived.id }}>
            {t('connect.test.open', { number: arrived.number })}
          </Link>
        </div>
      </div>
    );
  }
  return (
    <>
      <p className={css.hint}>{t('connect.test.how', { name })}</p>
      {here?.phone_url && (
        <p>
          <a className={css.choose} href={here.phone_url} target="_blank" rel="noopener">
            <IconPhone /> {t('connect.test.phone')}
          </a>
        </p>
      )}
      <p className={css.waiting} role="status">
        <Loader size={16} /> {t('connect.test.waiting', { name })}
      </p>
      <TooLong channel={channel} />
    </>
  );
}

/** Nothing has come for a while: the channel can be examined. */
function TooLong({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const [long, setLong] = useState(false);
  const { check } = useChannelSteps(channel.id);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), patience);
    return () => clearTimeout(timer);
  }, []);
  if (!long) return null;
  return (
    <div className={css.notice}>
      <div>
        <strong>{t('connect.test.longTitle')}</strong>
        <p>{t('connect.test.long')}</p>
        {check.data && <AdviceList advice={check.data.health.findings} />}
        {check.error && <ErrorNote error={check.error} />}
        <Button size="xs" variant="default" mt="xs" loading={check.isPending} onClick={() => check.mutate()}>
          {t('channels.check')}
        </Button>
      </div>
    </div>
  );
}
