import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { serverNow } from '@/api/clock';
import { nearTime, whole } from '@/i18n/format';
import { Badge } from '@/ui/Badge';
import { toast, useFailureToast } from '@/ui/toast';
import { useChannelNames } from './parts';
import { eventTones } from './tones';
import type { EventSearch, EventState } from './search';
import { isGoing, replaysQuery, useStopReplay, type Replay } from './trust';
import css from './trust.module.css';

const shownFor = 24 * 3_600_000;

/** The slices that are processed again, as far as they are; and for a day what came of them. */
export function Replays() {
  const { t } = useTranslation();
  const { data } = useQuery(replaysQuery);
  const shown = (data?.items ?? []).filter(
    (r) => isGoing(r) || (r.count > 1 && r.ended_at !== null && serverNow() - Date.parse(r.ended_at) < shownFor),
  );
  if (shown.length === 0) return null;
  return (
    <section className={css.replays} aria-label={t('trust.replay.title')}>
      {shown.slice(0, 3).map((r) => (
        <OneReplay key={r.id} replay={r} />
      ))}
    </section>
  );
}

function OneReplay({ replay: r }: { replay: Replay }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const stop = useStopReplay();
  const what = useWhat(r);
  const done = r.count - r.left;
  const going = isGoing(r);
  return (
    <article className={css.box}>
      <div className={css.head}>
        <h2>
          {t(`trust.replay.is.${r.state}`)} <span className={css.quiet}>{what}</span>
        </h2>
        {r.state === 'stopped' && <Badge tone="warn">{t('trust.replay.stopped')}</Badge>}
        {going && (
          <Button
            size="xs"
            variant="default"
            loading={stop.isPending}
            disabled={r.state === 'stopping'}
            onClick={() => stop.mutate(r.id, { onError: failed, onSuccess: () => toast(t('trust.replay.stopping')) })}
          >
            {t('trust.replay.stop')}
          </Button>
        )}
      </div>
      <progress className={css.progress} max={Math.max(r.count, 1)} value={r.count === 0 ? 1 : done} aria-label={t('trust.vault.progress', { done: whole(done), all: whole(r.count) })} />
      <div className={css.legend}>
        <span>
          <b>{t('trust.vault.progress', { done: whole(done), all: whole(r.count) })}</b>
        </span>
        <Became count={r.processed} state="processed" replay={r} />
        <Became count={r.ignored} state="ignored" replay={r} />
        <Became count={r.failed} state="failed" replay={r} />
        {r.aside > 0 && (
          <span>
            <i data-tone="doubt" aria-hidden="true" />
            {t('trust.replay.aside')} <b>{whole(r.aside)}</b>
          </span>
        )}
        {r.left > 0 && (
          <span>
            <i data-tone="wait" aria-hidden="true" />
            {going ? t('trust.replay.left') : t('trust.replay.untouched')} <b>{whole(r.left)}</b>
          </span>
        )}
      </div>
      <p className={css.quiet}>{t('trust.replay.begun', { name: r.by, time: nearTime(r.created_at) })}</p>
    </article>
  );
}

/** How many became something, and the way to them. */
function Became({ count, state, replay }: { count: number; state: EventState; replay: Replay }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  const search: EventSearch = { since: 'all', state, replay: replay.id };
  return (
    <Link to="/settings/events" search={search as never}>
      <i data-tone={eventTones[state]} aria-hidden="true" />
      {t(`trust.vault.is.${state}`)} <b>{whole(count)}</b>
    </Link>
  );
}

/** What a replay picks, in words. */
function useWhat({ of }: Replay): string {
  const { t } = useTranslation();
  const channels = useChannelNames();
  if (of.named > 0) return t('trust.replay.named', { count: of.named });
  const parts = [of.state && t(`trust.vault.is.${of.state}`), of.channel_id && channels(of.channel_id), of.type, of.reason];
  if (of.replay_id) parts.push(t('trust.vault.ofReplay'));
  return parts.filter(Boolean).join(' · ');
}
