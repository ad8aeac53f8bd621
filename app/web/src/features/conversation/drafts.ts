import { useSyncExternalStore } from 'react';
import type { Attachment } from '@/api/types';
import type { Way } from './ways';

/** What somebody is writing and has not sent. */
export interface DraftText {
  text: string;
  files: Attachment[];
  /** The comment that it answers. */
  replyTo?: string;
}

/** The same, with how it stands to what the server keeps. */
export interface KeptDraft extends DraftText {
  /** It has changed since the server was told. */
  dirty?: boolean;
  /** When the server's was last changed, as far as is known here. */
  base?: string;
  /** What was written in another browser meanwhile. */
  other?: KeptDraft;
}

const empty: KeptDraft = { text: '', files: [] };
const prefix = 'kontor.draft.';
const owner = 'kontor.drafts-of';
const store = new Map<string, KeptDraft>();
const listeners = new Set<() => void>();
let onWrite: (taskId: string, way: Way) => void = () => {};

function keyOf(taskId: string, way: Way): string {
  return `${taskId}.${way}`;
}

export function isEmpty(draft: DraftText): boolean {
  return draft.text.trim() === '' && draft.files.length === 0;
}

export function readDraft(taskId: string, way: Way): KeptDraft {
  const key = keyOf(taskId, way);
  const known = store.get(key);
  if (known) return known;
  let found = empty;
  try {
    const kept = sessionStorage.getItem(prefix + key);
    if (kept) found = JSON.parse(kept) as KeptDraft;
  } catch {
    // storage is closed to us, or holds something else: nothing was written
  }
  store.set(key, found);
  return found;
}

/** Keeps a draft in this tab, also across a reload, whatever becomes of telling the server. */
export function keepDraft(taskId: string, way: Way, draft: KeptDraft) {
  const key = keyOf(taskId, way);
  store.set(key, draft);
  try {
    if (!isEmpty(draft) || draft.dirty) sessionStorage.setItem(prefix + key, JSON.stringify(draft));
    else sessionStorage.removeItem(prefix + key);
  } catch {
    // then it lives in memory alone
  }
  for (const listener of listeners) listener();
}

/** What was written here, and is to be told to the server. */
export function writeDraft(taskId: string, way: Way, draft: DraftText) {
  const { base, other } = readDraft(taskId, way);
  keepDraft(taskId, way, { text: draft.text, files: draft.files, replyTo: draft.replyTo, base, other, dirty: true });
  onWrite(taskId, way);
}

/** Puts back what could not be sent or was taken back, before whatever was written since. */
export function restoreDraft(taskId: string, way: Way, draft: DraftText) {
  const since = readDraft(taskId, way);
  writeDraft(taskId, way, {
    text: [draft.text, since.text].filter(Boolean).join('\n\n'),
    files: [...draft.files, ...since.files],
    replyTo: draft.replyTo ?? since.replyTo,
  });
}

/** Whoever keeps drafts on the server wants to hear of every change. */
export function whenWritten(listener: typeof onWrite) {
  onWrite = listener;
}

export function clearDrafts() {
  store.clear();
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  } catch {
    // nothing was kept then
  }
}

/** Forgets what somebody else has written in this tab, whose session had ended. */
export function draftsOf(staffId: string) {
  try {
    const before = sessionStorage.getItem(owner);
    if (before === staffId) return;
    sessionStorage.setItem(owner, staffId);
    if (before) clearDrafts();
  } catch {
    // nothing was kept then
  }
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useDraft(taskId: string, way: Way): KeptDraft {
  return useSyncExternalStore(subscribe, () => readDraft(taskId, way));
}
