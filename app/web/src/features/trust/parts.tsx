import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { channelsQuery } from '@/features/channels/channels';
import { isAdmin, useMe } from '@/features/session/session';
import { IconCopy, IconLock } from '@/ui/icons';
import { toast } from '@/ui/toast';
import type { Since, Span } from './search';
import css from './trust.module.css';

interface ScreenProps {
  title: string;
  /** One sentence: what the screen is for. */
  hint: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen that only admins see. The server refuses the others anyway; here they are told. */
export function TrustScreen({ title, hint, actions, children }: ScreenProps) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  return (
    <div className={css.screen}>
      <ScreenHead title={title}>{admin && actions}</ScreenHead>
      <div className={css.body}>
        {admin ? (
          <>
            <p className={css.hint}>{hint}</p>
            {children}
          </>
        ) : (
          <Empty icon={<IconLock size={28} />} title={t('trust.onlyAdmins')} hint={t('trust.onlyAdminsHint')} />
        )}
      </div>
    </div>
  );
}

/** Whether whoever looks may; queries of others are not even sent. */
export function useMayLook() {
  return isAdmin(useMe());
}

export function Empty({ icon, title, hint, children }: { icon: ReactNode; title: string; hint: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      {icon}
      <h2>{title}</h2>
      <p>{hint}</p>
      {children}
    </div>
  );
}

interface Choice {
  value: string;
  label: string;
}

/** A choice that narrows what is shown. */
export function Choose({ label, all, value, options, set }: { label: string; all: string; value: string | undefined; options: Choice[]; set: (v: string | undefined) => void }) {
  const unknown = value !== undefined && !options.some((o) => o.value === value);
  return (
    <select aria-label={label} value={value ?? ''} data-set={value !== undefined || undefined} onChange={(event) => set(event.currentTarget.value || undefined)}>
      <option value="">{all}</option>
      {unknown && <option value={value}>{value}</option>}
      {options.map((o) => (
        <option key={o.value} value={o.value}>
          {o.label}
        </option>
      ))}
    </select>
  );
}

export function ChooseChannel({ value, set }: { value: string | undefined; set: (v: string | undefined) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(channelsQuery);
  const options = (data?.items ?? []).map((c) => ({ value: c.id, label: c.display_name || c.name }));
  return <Choose label={t('trust.channel')} all={t('trust.allChannels')} value={value} options={options} set={set} />;
}

/** The name of a channel by its id. */
export function useChannelNames() {
  const { data } = useQuery(channelsQuery);
  return (id: string) => {
    const c = data?.items.find((x) => x.id === id);
    return c ? c.display_name || c.name : '';
  };
}

export function ChooseSpan({ value, set }: { value: Span; set: (span: Span) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <select
        aria-label={t('trust.span')}
        value={value.since ?? 'week'}
        onChange={(event) => {
          const since = event.currentTarget.value;
          set({ since: since === 'week' ? undefined : (since as Since), from: undefined, to: undefined });
        }}
      >
        {(['day', 'week', 'month', 'all', 'dates'] as const).map((s) => (
          <option key={s} value={s}>
            {t(`trust.since.${s}`)}
          </option>
        ))}
      </select>
      {value.since === 'dates' && (
        <>
          <input type="date" aria-label={t('trust.from')} value={value.from ?? ''} onChange={(event) => set({ ...value, from: event.currentTarget.value || undefined })} />
          <input type="date" aria-label={t('trust.to')} value={value.to ?? ''} onChange={(event) => set({ ...value, to: event.currentTarget.value || undefined })} />
        </>
      )}
    </>
  );
}

/** A button that puts a text into the clipboard. */
export function Copy({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<IconCopy size={14} />}
      aria-label={label}
      onClick={() => void navigator.clipboard.writeText(value).then(() => toast(t('session.mine.copied')))}
    >
      {t('session.mine.copy')}
    </Button>
  );
}

export function More({ list }: { list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }) {
  const { t } = useTranslation();
  if (!list.hasNextPage) return null;
  return (
    <Button size="xs" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {t('trust.more')}
    </Button>
  );
}
