import { Button, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { ChannelAccess } from '@/features/access/ChannelAccess';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconBack, IconRefresh } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { Banner } from './Banner';
import { channelQuery, kindsQuery, titleOf, useChannelSteps, useKindNames, type Channel } from './channels';
import { Condition } from './Condition';
import { Held } from './Held';
import { NameForm } from './NameForm';
import { RemoveDialog } from './RemoveDialog';
import { SettingsForm } from './SettingsForm';
import { StateChip } from './StateChip';
import css from './ChannelScreen.module.css';

const route = getRouteApi('/signed-in/settings/channels/$channelId');

/** One channel: how it is, what becomes of its messages, and its end. */
export function ChannelScreen() {
  const { channelId } = route.useParams();
  const { data, error, refetch } = useQuery(channelQuery(channelId));
  return (
    <div className={css.screen}>
      {error && (
        <div className={css.body}>
          <ErrorNote error={error} retry={() => void refetch()} />
        </div>
      )}
      {!data && !error && (
        <div className={css.body}>
          <Skeleton lines={8} />
        </div>
      )}
      {data && <Whole key={data.id} channel={data} />}
    </div>
  );
}

function Whole({ channel: c }: { channel: Channel }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const admin = isAdmin(useMe());
  const kinds = useKindNames();
  const { data: all } = useQuery(kindsQuery);
  const { check, change } = useChannelSteps(c.id);
  const [removing, setRemoving] = useState(false);
  const kind = all?.items.find((k) => k.kind === c.kind);
  return (
    <>
      <ScreenHead title={titleOf(c)}>
        <StateChip state={c.state} />
        {admin && !c.removed_at && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={check.isPending}
            onClick={() => check.mutate(undefined, { onError: failed, onSuccess: () => toast(t('channels.checkDone')) })}
          >
            {t('channels.check')}
          </Button>
        )}
      </ScreenHead>
      <div className={css.body}>
        <p className={css.back}>
          <Link to="/channels">
            <IconBack size={14} /> {t('channel.all')}
          </Link>
          <span>
            {kinds(c.kind)} · <span className="tabular">{c.external_id}</span>
          </span>
        </p>
        <Banner channel={c} admin={admin} />
        {c.held ? <Held channel={c} count={c.held} admin={admin} /> : null}
        <Condition channel={c} admin={admin} />
        {!c.removed_at && (
          <section className={css.card} aria-label={t('channel.intake')}>
            <Switch
              label={t('channel.on')}
              description={t('channel.onHint')}
              checked={change.isPending && change.variables.enabled !== undefined ? change.variables.enabled : c.enabled}
              disabled={!admin || change.isPending}
              onChange={(event) => change.mutate({ enabled: event.currentTarget.checked }, { onError: failed })}
            />
            <NameForm channel={c} admin={admin} />
          </section>
        )}
        {kind && <SettingsForm channel={c} kind={kind} admin={admin} />}
        {!c.removed_at && <ChannelAccess channelId={c.id} />}
        {admin && !c.removed_at && (
          <section className={css.card} aria-labelledby="channel-remove">
            <h2 id="channel-remove">{t('channel.remove.title')}</h2>
            <p className={css.hint}>{t('channel.remove.hint')}</p>
            <div>
              <Button variant="default" color="red" size="xs" onClick={() => setRemoving(true)}>
                {t('channel.remove.open')}
              </Button>
            </div>
          </section>
        )}
        {removing && <RemoveDialog channel={c} close={() => setRemoving(false)} />}
      </div>
    </>
  );
}
