import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryState } from '@/api/types';
import { whole } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconCheck, IconDownload, IconSend } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { Bar, Figures, type Part } from './Figures';
import { MessageRow } from './MessageRow';
import { Choose, ChooseChannel, ChooseSpan, Empty, More, TrustScreen, useMayLook } from './parts';
import { tones } from './tones';
import type { DeliverySearch } from './search';
import { useLeave } from './useLeave';
import { deliveryFile, reportQuery, useMessages, useMessageSteps, type Message } from './trust';
import css from './trust.module.css';

/** What became of everything that was to be delivered, and what can be done about the rest. */
export function DeliveriesScreen() {
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as DeliverySearch;
  return (
    <TrustScreen
      title={t('settings.deliveries')}
      hint={t('trust.delivery.hint')}
      actions={
        <Button component="a" href={deliveryFile(search)} download size="xs" variant="default" leftSection={<IconDownload size={14} />}>
          {t('trust.csv')}
        </Button>
      }
    >
      <Report search={search} />
    </TrustScreen>
  );
}

function Report({ search }: { search: DeliverySearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMayLook();
  const report = useQuery({ ...reportQuery(search), enabled: may });
  const set = (part: Partial<DeliverySearch>) => void navigate({ to: '/settings/deliveries', search: { ...search, ...part } as never, replace: true });
  const reasons = useMemo(() => {
    const found = new Map<string, string>();
    for (const g of report.data?.groups ?? []) if (g.reason) found.set(g.reason, g.text);
    return [...found].map(([value, text]) => ({ value, label: text.length > 60 ? `${text.slice(0, 58)}…` : text }));
  }, [report.data]);
  return (
    <>
      <div className={css.filters} role="search">
        <ChooseSpan value={search} set={set} />
        <ChooseChannel value={search.channel} set={(channel) => set({ channel })} />
        <Choose
          label={t('trust.delivery.state')}
          all={t('trust.delivery.allStates')}
          value={search.state}
          options={(Object.keys(tones) as DeliveryState[]).map((s) => ({ value: s, label: t(`delivery.state.${s}`) }))}
          set={(state) => set({ state: state as DeliveryState | undefined })}
        />
        <Choose label={t('trust.delivery.reason')} all={t('trust.delivery.allReasons')} value={search.reason} options={reasons} set={(reason) => set({ reason })} />
      </div>
      {report.error && <ErrorNote error={report.error} retry={() => void report.refetch()} />}
      {report.data && <Picture counts={report.data.counts} state={search.state} choose={(state) => set({ state, reason: undefined })} />}
      <Messages search={search} />
    </>
  );
}

function Picture({ counts, state, choose }: { counts: Record<string, number>; state?: DeliveryState; choose: (s: DeliveryState | undefined) => void }) {
  const { t } = useTranslation();
  const parts: Part[] = (Object.keys(tones) as DeliveryState[])
    .map((s) => ({ key: s, label: t(`delivery.state.${s}`), count: counts[s] ?? 0, tone: tones[s] }))
    .filter((p) => p.count > 0);
  const total = parts.reduce((n, p) => n + p.count, 0);
  if (total === 0) return null;
  return (
    <section className={css.box} aria-label={t('trust.delivery.picture')}>
      <div className={css.head}>
        <h2>{t('trust.delivery.total', { count: total })}</h2>
      </div>
      <Bar label={`${t('trust.delivery.picture')}: ${parts.map((p) => `${p.label} ${p.count}`).join(', ')}`} parts={parts} />
      <div className={css.legend}>
        {parts.map((p) => (
          <button key={p.key} type="button" aria-pressed={state === p.key} onClick={() => choose(state === p.key ? undefined : (p.key as DeliveryState))}>
            <i data-tone={p.tone} aria-hidden="true" />
            {p.label} <b>{whole(p.count)}</b>
          </button>
        ))}
      </div>
      <Figures
        caption={t('trust.delivery.picture')}
        columns={[t('trust.delivery.state'), t('trust.count'), '%']}
        rows={parts.map((p) => [p.label, p.count, Math.round((1000 * p.count) / total) / 10])}
      />
    </section>
  );
}

const retryable = (m: Message) => m.state === 'failed' || m.state === 'refused';

/** The messages, and what can be done with many of them. */
function Messages({ search }: { search: DeliverySearch }) {
  const list = useMessages(search);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const picked = list.rows.filter((m) => chosen.has(m.message_id) && retryable(m)).map((m) => m.message_id);
  const toggle = (id: string) =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <>
      <Many search={search} picked={picked} offer={list.rows.some(retryable)} done={() => setChosen(new Set())} />
      <Rows list={list} narrowed={Object.keys(search).length > 0} chosen={chosen} toggle={toggle} />
    </>
  );
}

interface RowsProps {
  list: ReturnType<typeof useMessages>;
  narrowed: boolean;
  chosen: ReadonlySet<string>;
  toggle: (id: string) => void;
}

function Rows({ list, narrowed, chosen, toggle }: RowsProps) {
  const { t } = useTranslation();
  if (list.error && list.rows.length === 0) return <ErrorNote error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton lines={6} />;
  if (list.rows.length === 0) {
    return (
      <Empty
        icon={narrowed ? <IconSend size={28} /> : <IconCheck size={28} />}
        title={narrowed ? t('trust.delivery.none') : t('trust.delivery.nothing')}
        hint={narrowed ? t('trust.noneHint') : t('trust.delivery.nothingHint')}
      />
    );
  }
  return (
    <>
      <ul className={css.rows} aria-label={t('settings.deliveries')}>
        {list.rows.map((m) => (
          <MessageRow key={m.message_id} message={m} chosen={chosen.has(m.message_id)} choose={retryable(m) ? () => toggle(m.message_id) : undefined} />
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

/** Trying many again: those that were picked, or everything that the filter shows. */
function Many({ search, picked, offer, done }: { search: DeliverySearch; picked: string[]; offer: boolean; done: () => void }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { retryMany } = useMessageSteps();
  const { leave, pending } = useLeave();
  const [told, setTold] = useState(0);
  const go = (ids?: string[]) => {
    setTold(0);
    retryMany.mutate(
      { search, ids, told: setTold },
      {
        onError: failed,
        onSuccess: ({ count, skipped }) => {
          toast(skipped > 0 ? t('trust.delivery.retriedSome', { count, skipped }) : t('trust.delivery.retried', { count }));
          done();
        },
      },
    );
  };
  const open = search.state === undefined || search.state === 'failed' || search.state === 'refused';
  if (!open || (!offer && !retryMany.isPending)) return null;
  return (
    <div className={css.many} data-busy={picked.length > 0 || retryMany.isPending || undefined} role="group" aria-label={t('trust.delivery.retryMany')}>
      <span role="status">
        {retryMany.isPending ? t('trust.delivery.progress', { count: told }) : picked.length > 0 ? t('trust.chosen', { count: picked.length }) : t('trust.delivery.manyHint')}
      </span>
      <span className={css.push} />
      {picked.length > 0 && (
        <Button size="xs" loading={retryMany.isPending} onClick={() => go(picked)}>
          {t('trust.delivery.retryChosen')}
        </Button>
      )}
      {picked.length > 0 && (
        <Button size="xs" variant="default" loading={pending} onClick={() => leave(picked, true, done)}>
          {t('trust.delivery.leaveChosen')}
        </Button>
      )}
      <Button size="xs" variant="default" loading={retryMany.isPending} onClick={() => go()}>
        {t('trust.delivery.retryAll')}
      </Button>
    </div>
  );
}
