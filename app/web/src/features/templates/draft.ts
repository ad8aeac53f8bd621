import { useBlocker } from '@tanstack/react-router';
import { useDebouncedValue } from '@mantine/hooks';
import { createContext, useContext, useState } from 'react';
import { asApiError, type Fault } from '@/api/problem';

export interface Draft<D> {
  saved: D;
  /** Of what is saved, as this draft began. */
  version: number;
  draft: D;
  dirty: boolean;
  /** Somebody has saved another version since the draft was begun. */
  overtaken: boolean;
  set: (change: Partial<D>) => void;
  /** Takes a state as the saved one: after saving, or to begin anew. */
  take: (state: D, version: number) => void;
}

/** What is being written, beside what is saved. While nothing is written, what others save is shown at once. */
export function useDraft<D extends object>(server: D, version: number): Draft<D> {
  const [base, setBase] = useState({ saved: server, version });
  const [draft, setDraft] = useState(server);
  const dirty = JSON.stringify(draft) !== JSON.stringify(base.saved);
  const take = (state: D, of: number) => {
    setBase({ saved: state, version: of });
    setDraft(state);
  };
  if (!dirty && version > base.version) take(server, version);
  return { ...base, draft, dirty, overtaken: dirty && version > base.version, set: (change) => setDraft((before) => ({ ...before, ...change })), take };
}

/** Asks before something unsaved is left, in the program and by closing the window. */
export function useLeaving(dirty: boolean) {
  return useBlocker({ shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname, enableBeforeUnload: () => dirty, withResolver: true });
}

/** A value once it has been left alone for a moment. */
export function useSettled<T>(value: T, wait = 350): T {
  const [text] = useDebouncedValue(JSON.stringify(value), wait);
  return JSON.parse(text) as T;
}

/** What the server found wrong, by place: `defaults.title`, `form.fields[2].label`. */
export type Faults = Map<string, string>;

const placeOf = (f: Fault) => f.location.replace(/^body\.(draft\.)?/, '');

export function faultsOf(error: unknown): Faults {
  if (!error) return new Map();
  return new Map(asApiError(error).faults.map((f) => [placeOf(f), f.message]));
}

export const FaultContext = createContext<Faults>(new Map());

/** The fault at a place or below it. */
export function useFault(place: string): string | undefined {
  const faults = useContext(FaultContext);
  for (const [at, words] of faults) {
    if (at === place || at.startsWith(`${place}.`) || at.startsWith(`${place}[`)) return words;
  }
  return undefined;
}
