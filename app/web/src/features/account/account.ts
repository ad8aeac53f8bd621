import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, queries } from '@/api/client';
import type { components } from '@/api/schema';
import { meQuery } from '@/features/session/session';

export type Account = components['schemas']['Account'];
export type AccountChange = components['schemas']['ChangeAccountInputBody'];

export const accountQuery = queries.queryOptions('get', '/account');
export const kindsQuery = queries.queryOptions('get', '/channel-kinds');

export function useChangeAccount() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (body: AccountChange) => (await api.PATCH('/account', { body })).data as Account,
    onSuccess: (account) => queryClient.setQueryData(accountQuery.queryKey, account),
    onSettled: () => queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}

/** Has all channels that leave a choice keep files, or link to them. */
export function useSetMedia() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (media: Account['media']) => (await api.POST('/channels/media', { body: { media } })).data as { count: number },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['get', '/channels'] }),
  });
}

/** The picture that people outside see: another one, or none. */
export function useLogo() {
  const queryClient = useQueryClient();
  const onSuccess = (account: Account) => queryClient.setQueryData(accountQuery.queryKey, account);
  const set = useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData();
      body.append('file', file);
      // the document describes the form, the browser writes it
      return (await api.PUT('/account/logo', { body: body as never, bodySerializer: (form) => form })).data!;
    },
    onSuccess,
  });
  const remove = useMutation({ mutationFn: async () => (await api.DELETE('/account/logo')).data as Account, onSuccess });
  return { set, remove };
}

/** The times to choose from: for ever, some usual ones that are long enough, and the one that is set. */
export function daysToChoose(least: number, set: number): number[] {
  const usual = [7, 14, 30, 60, 90, 180, 365, 730, 1095].filter((n) => n >= least);
  return [...new Set([0, ...usual, set])].toSorted((a, b) => a - b);
}

/** Whether a time takes something away that another one kept; 0 is for ever. */
export function isShorter(days: number, than: number): boolean {
  return days > 0 && (than === 0 || days < than);
}

/** The countries there are, by name in a language: those whose code is not another one's today. */
export function countries(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  const noCountries = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters
    .flatMap((a) => letters.map((b) => a + b))
    .filter((code) => !noCountries.has(code) && new Intl.Locale(`und-${code}`).region === code)
    .map((value) => ({ value, label: names.of(value) ?? '' }))
    .filter(({ label }) => label !== '')
    .toSorted((a, b) => a.label.localeCompare(b.label, language));
}

/** The time zones that browsers know, and the account's own if they do not. */
export function zones(own: string): string[] {
  const all = Intl.supportedValuesOf('timeZone');
  return [...new Set(['UTC', ...all, own])].toSorted();
}
