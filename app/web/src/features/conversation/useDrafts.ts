import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { api } from '@/api/client';
import type { components } from '@/api/schema';
import { useMe } from '@/features/session/session';
import { DraftSaver } from './draftSaver';
import { draftsOf, isEmpty, keepDraft, readDraft, useDraft, whenWritten, type KeptDraft } from './drafts';
import type { Way } from './ways';

type ServerDraft = Omit<components['schemas']['Draft'], 'reply_to'> & { reply_to: string | null };
interface ServerDrafts {
  items: ServerDraft[];
}

const ways: Way[] = ['public', 'private', 'internal'];

function draftsQuery(taskId: string) {
  const params = { path: { id: taskId } };
  return queryOptions({
    queryKey: ['get', '/tasks/{id}/drafts', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/tasks/{id}/drafts', { params, signal })).data as ServerDrafts,
    staleTime: 0,
  });
}

/** Notes what the server has now, and lets no older answer come after that. */
async function putKnown(queryClient: QueryClient, taskId: string, way: Way, draft?: ServerDraft) {
  const { queryKey } = draftsQuery(taskId);
  await queryClient.cancelQueries({ queryKey });
  const known = queryClient.getQueryData<ServerDrafts>(queryKey);
  if (!known) return queryClient.invalidateQueries({ queryKey });
  const others = known.items.filter((d) => d.way !== way);
  queryClient.setQueryData<ServerDrafts>(queryKey, { items: draft ? [...others, draft] : others });
}

/** Tells the server. */
async function save(queryClient: QueryClient, taskId: string, way: Way, draft: KeptDraft): Promise<string> {
  const { data } = await api.PUT('/tasks/{id}/drafts/{way}', {
    params: { path: { id: taskId, way } },
    body: { text: draft.text, attachment_ids: draft.files.map((f) => f.id), reply_to: draft.replyTo },
    keepalive: draft.text.length < 10_000, // also while the page is being left; browsers allow that for small ones
  });
  await putKnown(queryClient, taskId, way, isEmpty(draft) ? undefined : (data as ServerDraft));
  return data!.updated_at;
}

const told = new Set<() => void>();
const tell = () => told.forEach((listener) => listener());
let saver: DraftSaver | null = null;

function saverFor(queryClient: QueryClient): DraftSaver {
  if (!saver) {
    const made = new DraftSaver((...draft) => save(queryClient, ...draft), tell);
    whenWritten((taskId, way) => made.written(taskId, way));
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && made.flush());
    saver = made;
  }
  return saver;
}

/** A draft as another browser left it, which is not put over what is being written here. */
export interface Elsewhere {
  text: string;
  at: string;
  use: () => void;
  dismiss: () => void;
}

/**
 * Keeps the drafts of a task on the server, and takes over what was written in another browser, unless something else is
 * being written here.
 */
export function useDrafts(taskId: string, way: Way, field: RefObject<HTMLElement | null>) {
  const me = useMe();
  const queryClient = useQueryClient();
  const [keeper] = useState(() => {
    draftsOf(me.id);
    return saverFor(queryClient);
  });
  const here = useDraft(taskId, way);
  const { data } = useQuery(draftsQuery(taskId));

  useEffect(() => {
    if (!data) return;
    for (const w of ways) {
      const there = data.items.find((d) => d.way === w);
      const known = readDraft(taskId, w);
      const step = compare(known, there, document.activeElement === field.current);
      if (step === 'adopt') keepDraft(taskId, w, ofServer(there));
      else if (step === 'tell') keeper.written(taskId, w);
      else if (step === 'offer') keepDraft(taskId, w, { ...known, base: there?.updated_at, other: ofServer(there) });
    }
  }, [data, taskId, keeper, field]);
  useEffect(() => () => keeper.flush(), [taskId, keeper]);

  const cut = useSyncExternalStore(
    (listener) => {
      told.add(listener);
      return () => void told.delete(listener);
    },
    () => keeper.isCut(taskId, way),
  );
  const { other } = here;
  const elsewhere: Elsewhere | undefined = other && {
    text: other.text,
    at: other.base ?? '',
    use: () => keepDraft(taskId, way, other),
    dismiss: () => {
      keepDraft(taskId, way, { ...here, other: undefined, dirty: true });
      keeper.written(taskId, way);
    },
  };
  const sent = (w: Way) => {
    void putKnown(queryClient, taskId, w);
    keeper.sent(taskId, w);
  };
  return { elsewhere, cut, flush: () => keeper.flush(), sent };
}

function ofServer(d: ServerDraft | undefined): KeptDraft {
  if (!d) return { text: '', files: [] };
  return { text: d.text, files: d.attachments as KeptDraft['files'], replyTo: d.reply_to ?? undefined, base: d.updated_at };
}

/** What is to be done about a draft here and the one that the server has. */
export function compare(here: KeptDraft, there: ServerDraft | undefined, writing: boolean): 'nothing' | 'adopt' | 'tell' | 'offer' {
  const newer = there !== undefined && (!here.base || Date.parse(there.updated_at) > Date.parse(here.base));
  const same = there !== undefined && there.text === here.text && there.attachments.length === here.files.length;
  if (here.dirty) {
    if (isEmpty(here)) return 'tell';
    return newer && !same ? 'offer' : 'tell';
  }
  if (!there) return isEmpty(here) ? 'nothing' : 'adopt';
  if (!newer || same) return 'nothing';
  return writing && !isEmpty(here) ? 'offer' : 'adopt';
}
