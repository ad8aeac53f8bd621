import { useSyncExternalStore } from 'react';
import type { Attachment } from '@/api/types';
import type { Way } from './ways';


/** What somebody is writing and has not sent. */
export interface DraftText {
  text: string;
  files: Attachment[];
}

const empty: DraftText = { text: '', files: [] };
const prefix = 'kontor.draft.';
const store = new Map<string, DraftText>();
const listeners = new Set<() => void>();

function keyOf(taskId: string, way: Way): string {
  return `${taskId}.${way}`;
}

function read(key: string): DraftText {
  const known = store.get(key);
  if (known) return known;
  let found = empty;
  try {
    const kept = sessionStorage.getItem(prefix + key);
    if (kept) found = JSON.parse(kept) as DraftText;
  } catch {
    // storage is closed to us, or holds something else: nothing was written
  }
  store.set(key, found);
  return found;
}

/** Keeps a draft for as long as the tab lives, also across a reload. */
export function writeDraft(taskId: string, way: Way, draft: DraftText) {
  const key = keyOf(taskId, way);
  store.set(key, draft);
  try {
    if (draft.text || draft.files.length > 0) sessionStorage.setItem(prefix + key, JSON.stringify(draft));
    else sessionStorage.removeItem(prefix + key);
  } catch {
    // then it lives in memory alone
  }
  for (const listener of listeners) listener();
}

/** Puts back what could not be sent or was taken back, before whatever was written since. */
export function restoreDraft(taskId: string, way: Way, draft: DraftText) {
  const since = read(keyOf(taskId, way));
  writeDraft(taskId, way, {
    text: [draft.text, since.text].filter(Boolean).join('\n\n'),
    files: [...draft.files, ...since.files],
  });
}

export function clearDrafts() {
  store.clear();
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  } catch {
    // nothing was kept then
  }
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useDraft(taskId: string, way: Way): DraftText {
  return useSyncExternalStore(subscribe, () => read(keyOf(taskId, way)));
}
