import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { whole } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconClose, IconVault } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { EventRow } from './EventRow';
import { Bar, Figures, type Part } from './Figures';
import { Choose, ChooseChannel, ChooseSpan, Empty, More, TrustScreen, useMayLook } from './parts';
import { Replays } from './Replays';
import { eventTones } from './tones';
import { eventStates, type EventSearch, type EventState } from './search';
import { eventCountsQuery, useEvents, useReplay } from './trust';
import css from './trust.module.css';

/** Everything that platforms told us, what became of it, and how it is processed again. */
export function EventsScreen() {
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as EventSearch;
  return (
    <TrustScreen title={t('settings.events')} hint={t('trust.vault.hint')}>
      <Vault search={search} />
    </TrustScreen>
  );
}

function Vault({ search }: { search: EventSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const set = (part: Partial<EventSearch>) => void navigate({ to: '/settings/events', search: { ...search, ...part } as never, replace: true });
  // What is offered does not depend on what was chosen of it.
  const all = useQuery({ ...eventCountsQuery({ ...search, state: undefined, type: undefined, reason: undefined }), enabled: useMayLook() });
  const types = Object.entries(all.data?.types ?? {}).map(([type, n]) => ({ value: type, label: `${type} (${n})` }));
  const reasons = (all.data?.groups ?? [])
    .filter((g) => g.reason && (!search.state || g.state === search.state))
    .map((g) => ({ value: g.reason, label: `${g.text} (${g.count})` }));
  return (
    <>
      <div className={css.filters} role="search">
        <ChooseSpan value={search} set={set} />
        <ChooseChannel value={search.channel} set={(channel) => set({ channel })} />
        <Choose
          label={t('trust.vault.state')}
          all={t('trust.vault.allStates')}
          value={search.state}
          options={eventStates.map((s) => ({ value: s, label: t(`trust.vault.is.${s}`) }))}
          set={(state) => set({ state: state as EventState | undefined, reason: undefined })}
        />
        <Choose label={t('trust.vault.type')} all={t('trust.vault.allTypes')} value={search.type} options={types} set={(type) => set({ type })} />
        {(reasons.length > 0 || search.reason) && (
          <Choose label={t('trust.vault.reason')} all={t('trust.vault.allReasons')} value={search.reason} options={reasons} set={(reason) => set({ reason })} />
        )}
        {search.replay && (
          <Button size="compact-sm" variant="default" rightSection={<IconClose size={12} />} onClick={() => set({ replay: undefined })}>
            {t('trust.vault.ofReplay')}
          </Button>
        )}
      </div>
      <Replays />
      {all.error && <ErrorNote error={all.error} retry={() => void all.refetch()} />}
      {all.data && <Picture states={all.data.states} more={all.data.more} state={search.state} choose={(state) => set({ state, reason: undefined })} />}
      {all.data && <Slice key={JSON.stringify(search)} search={search} />}
      <Rows search={search} />
    </>
  );
}

interface PictureProps {
  states: Record<string, number>;
  /** These are the newest ones, and there are more. */
  more: boolean;
  state?: EventState;
  choose: (s: EventState | undefined) => void;
}

function Picture({ states, more, state, choose }: PictureProps) {
  const { t } = useTranslation();
  const parts: Part[] = eventStates.map((s) => ({ key: s, label: t(`trust.vault.is.${s}`), count: states[s] ?? 0, tone: eventTones[s] })).filter((p) => p.count > 0);
  const total = parts.reduce((n, p) => n + p.count, 0);
  if (total === 0) return null;
  return (
    <section className={css.box} aria-label={t('trust.vault.picture')}>
      <div className={css.head}>
        <h2>{more ? t('trust.vault.totalMore', { count: total }) : t('trust.vault.total', { count: total })}</h2>
      </div>
      <Bar label={`${t('trust.vault.picture')}: ${parts.map((p) => `${p.label} ${p.count}`).join(', ')}`} parts={parts} />
      <div className={css.legend}>
        {parts.map((p) => (
          <button key={p.key} type="button" aria-pressed={state === p.key} onClick={() => choose(state === p.key ? undefined : (p.key as EventState))}>
            <i data-tone={p.tone} aria-hidden="true" />
            {p.label} <b>{whole(p.count)}</b>
          </button>
        ))}
      </div>
      <Figures caption={t('trust.vault.picture')} columns={[t('trust.vault.state'), t('trust.count')]} rows={parts.map((p) => [p.label, p.count])} />
    </section>
  );
}

function Rows({ search }: { search: EventSearch }) {
  const { t } = useTranslation();
  const list = useEvents(search);
  if (list.error && list.rows.length === 0) return <ErrorNote error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton lines={6} />;
  if (list.rows.length === 0) {
    const narrowed = Object.keys(search).length > 0;
    return <Empty icon={<IconVault size={28} />} title={narrowed ? t('trust.vault.none') : t('trust.vault.nothing')} hint={narrowed ? t('trust.noneHint') : t('trust.vault.nothingHint')} />;
  }
  return (
    <>
      <ul className={css.rows} aria-label={t('settings.events')}>
        {list.rows.map((e) => (
          <EventRow key={e.id} event={e} />
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

/** Having everything that the filter shows processed again: first what would happen. How far it is stands above. */
function Slice({ search }: { search: EventSearch }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const [asked, setAsked] = useState(false);
  const counts = useQuery({ ...eventCountsQuery(search), enabled: asked });
  const replay = useReplay();
  const what = counts.data?.replay;
  const n = what ? what.anew + what.again : 0;
  const everyState = search.state === undefined; // without a state the server would take the failed ones only
  return (
    <div className={css.many} data-busy={asked || undefined} role="group" aria-label={t('trust.vault.slice')}>
      {!asked && <span>{everyState ? t('trust.vault.sliceState') : t('trust.vault.sliceHint')}</span>}
      {asked && what && (
        <span role="status">
          {n === 0 ? t('trust.vault.nothingToDo') : t(counts.data?.more ? 'trust.vault.previewMore' : 'trust.vault.preview', { count: n })}
          {what.anew > 0 && ` ${t('trust.vault.anew', { count: what.anew })}`}
          {what.again > 0 && ` ${t('trust.vault.again', { count: what.again })}`}
          {what.left > 0 && ` ${t('trust.vault.left', { count: what.left })}`}
        </span>
      )}
      <span className={css.push} />
      {!asked ? (
        <Button size="xs" variant="default" disabled={everyState} onClick={() => setAsked(true)}>
          {t('trust.vault.ask')}
        </Button>
      ) : (
        <>
          <Button
            size="xs"
            loading={replay.isPending || counts.isPending}
            disabled={n === 0}
            onClick={() =>
              replay.mutate(
                { search },
                {
                  onError: failed,
                  onSuccess: (count) => {
                    setAsked(false);
                    toast(t('trust.vault.started', { count }));
                  },
                },
              )
            }
          >
            {t('trust.vault.go')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsked(false)}>
            {t('app.cancel')}
          </Button>
        </>
      )}
    </div>
  );
}
