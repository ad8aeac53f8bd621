import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconRefresh, IconSearch } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { useFailureToast } from '@/ui/toast';
import { AdviceList } from './AdviceList';
import { arranged, connectionQuery, forgetLogin, isChoosable, useConnectPages, useConnectSteps, type ConnectionPages, type Outcome } from './connect';
import { StepCard } from './ConnectScreen';
import { PageRow } from './PageRow';
import css from './connect.module.css';

export type Progress = Outcome | 'waiting' | 'working';

interface Props {
  id: string;
  /** Goes on with the channels that were connected. */
  done: (channelIds: string[]) => void;
  /** Logs in anew. */
  again: () => void;
}

/** Loads what a login reaches, and chooses among it. */
export function ChoosePages({ id, ...rest }: Props) {
  const { data, error, refetch } = useQuery(connectionQuery(id));
  useEffect(forgetLogin, []);
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  return data ? <Chooser found={data} {...rest} /> : <Skeleton lines={8} />;
}

/** The pages that a login reaches: what each lacks, which to connect, and what becomes of each. */
function Chooser({ found, done, again }: Omit<Props, 'id'> & { found: ConnectionPages }) {
  const { t } = useTranslation();
  const { id } = found;
  // Whoever connects again mostly comes for what has to be connected again.
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(found.pages.filter((p) => p.status === 'reconnect' && p.can_connect).map((p) => p.external_id)),
  );
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  const connect = useConnectPages(id);
  const tell = (page: string, p: Progress) => setProgress((before) => new Map(before).set(page, p));
  const go = (ids: string[]) => {
    setProgress((before) => new Map([...before, ...ids.map((x) => [x, 'waiting'] as const)]));
    connect.mutate({ ids, tell }, { onSettled: () => setChosen(new Set()) });
  };
  const ends = [...progress.values()].filter((p): p is Outcome => typeof p === 'object');
  const made = ends.filter((o) => o.outcome !== 'refused');
  const lost = found.state === 'lost';
  return (
    <StepCard title={t('connect.pages.title', { name: found.user_name })}>
      {lost && found.reason && <AdviceList advice={[found.reason]} />}
      <AdviceList advice={found.advice.filter((a) => a.level !== 'info')} />
      {found.pages.length > 0 && (
        <Choice pages={found.pages} chosen={chosen} choose={setChosen} progress={progress} busy={connect.isPending} retry={(page) => go([page])} />
      )}
      <Missing advice={found.advice.filter((a) => a.level === 'info')} id={id} again={again} busy={connect.isPending} />
      {connect.error && <ErrorNote error={connect.error} />}
      <footer className={css.foot}>
        <p role="status">
          {connect.isPending || ends.length > 0
            ? t('connect.pages.progress', { done: ends.length, of: progress.size })
            : chosen.size > 0
              ? t('connect.pages.chosen', { count: chosen.size })
              : t('connect.pages.pick')}
          {(connect.isPending || ends.length > 0) && (
            <progress className={css.bar} value={ends.length} max={progress.size} aria-label={t('connect.pages.progressName')} />
          )}
        </p>
        {made.length > 0 && !connect.isPending && (
          <Button variant={chosen.size > 0 ? 'default' : 'filled'} onClick={() => done(made.map((o) => o.channel_id).filter((x): x is string => Boolean(x)))}>
            {t('connect.pages.next')}
          </Button>
        )}
        {(made.length === 0 || chosen.size > 0 || connect.isPending) && (
          <Button disabled={chosen.size === 0 || lost} loading={connect.isPending} onClick={() => go([...chosen])}>
            {chosen.size > 0 ? t('connect.pages.connect', { count: chosen.size }) : t('connect.pages.connectNone')}
          </Button>
        )}
      </footer>
    </StepCard>
  );
}

interface ChoiceProps {
  pages: Parameters<typeof arranged>[0];
  chosen: ReadonlySet<string>;
  choose: (ids: ReadonlySet<string>) => void;
  progress: ReadonlyMap<string, Progress>;
  busy: boolean;
  retry: (id: string) => void;
}

function Choice({ pages, chosen, choose, progress, busy, retry }: ChoiceProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const shown = arranged(pages, text, progress);
  // "All" leaves out what is connected and well: connecting it again is done on purpose only.
  const all = shown.filter((p) => isChoosable(p) && p.status !== 'connected' && !progress.has(p.external_id)).map((p) => p.external_id);
  const some = all.filter((x) => chosen.has(x)).length;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  return (
    <>
      <div className={css.tools}>
        <Checkbox
          label={all.length > 0 ? t('connect.pages.all', { count: all.length }) : t('connect.pages.allDone')}
          checked={all.length > 0 && some === all.length}
          indeterminate={some > 0 && some < all.length}
          disabled={busy || all.length === 0}
          onChange={() => choose(some === all.length ? new Set([...chosen].filter((x) => !all.includes(x))) : new Set([...chosen, ...all]))}
        />
        {pages.length > 5 && (
          <TextInput
            className={css.search}
            size="xs"
            type="search"
            leftSection={<IconSearch size={14} />}
            aria-label={t('connect.pages.find')}
            placeholder={t('connect.pages.find')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
      </div>
      <ul className={css.pages} aria-label={t('connect.pages.list')}>
        {shown.map((p) => (
          <PageRow
            key={p.external_id}
            page={p}
            checked={chosen.has(p.external_id)}
            toggle={() => toggle(p.external_id)}
            progress={progress.get(p.external_id)}
            busy={busy}
            retry={() => retry(p.external_id)}
          />
        ))}
        {shown.length === 0 && <li className={css.none}>{t('connect.pages.none', { text })}</li>}
      </ul>
    </>
  );
}

/** What to do when a page is not in the list. */
function Missing({ advice, id, again, busy }: { advice: Parameters<typeof AdviceList>[0]['advice']; id: string; again: () => void; busy: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { refresh } = useConnectSteps();
  return (
    <details className={css.missing}>
      <summary>{t('connect.missing.title')}</summary>
      <p className={css.hint}>{t('connect.missing.ticked')}</p>
      <p className={css.hint}>{t('connect.missing.business')}</p>
      <ol className={css.numbered}>
        <li>{t('connect.missing.open')}</li>
        <li>{t('connect.missing.add')}</li>
        <li>{t('connect.missing.grant')}</li>
        <li>{t('connect.missing.back')}</li>
      </ol>
      <AdviceList advice={advice} />
      <div className={css.buttons}>
        <Button size="xs" variant="default" disabled={busy} onClick={again}>
          {t('connect.missing.login')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} />}
          disabled={busy}
          loading={refresh.isPending}
          onClick={() => refresh.mutate(id, { onError: failed })}
        >
          {t('connect.missing.refresh')}
        </Button>
      </div>
    </details>
  );
}
