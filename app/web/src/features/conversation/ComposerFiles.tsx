import { CloseButton, Loader } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '@/api/types';
import { fileSize } from '@/i18n/format';
import { useErrorWords } from '@/ui/ErrorNote';
import { IconAlert, IconFile } from '@/ui/icons';
import { upload } from './comments';
import { useDraft, writeDraft } from './drafts';
import type { Way } from './ways';
import css from './ComposerFiles.module.css';

interface Upload {
  id: number;
  file: File;
  stop: AbortController;
  error?: unknown;
}

/** The files of a draft: those that are there, and those on their way. */
export function useUploads(taskId: string, way: Way) {
  const draft = useDraft(taskId, way);
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });
  const [underway, setUnderway] = useState<Upload[]>([]);
  const count = useRef(0);
  const drop = (id: number) => setUnderway((all) => all.filter((u) => u.id !== id));

  const start = async (u: Upload) => {
    try {
      const stored = await upload(u.file, u.stop.signal);
      const now = latest.current;
      latest.current = { ...now, files: [...now.files, stored] };
      writeDraft(taskId, way, latest.current);
      drop(u.id);
    } catch (error) {
      if (!u.stop.signal.aborted) setUnderway((all) => all.map((x) => (x.id === u.id ? { ...x, error } : x)));
    }
  };

  return {
    files: draft.files,
    underway,
    busy: underway.some((u) => !u.error),
    add: (files: File[]) => {
      const added = files.map((file) => ({ id: ++count.current, file, stop: new AbortController() }));
      setUnderway((all) => [...all, ...added]);
      for (const u of added) void start(u);
    },
    stop: (u: Upload) => {
      u.stop.abort();
      drop(u.id);
    },
    remove: (f: Attachment) => writeDraft(taskId, way, { ...draft, files: draft.files.filter((x) => x.id !== f.id) }),
  };
}

export function ComposerFiles({ uploads }: { uploads: ReturnType<typeof useUploads> }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  if (uploads.files.length === 0 && uploads.underway.length === 0) return null;
  return (
    <ul className={css.files} aria-label={t('composer.files')}>
      {uploads.files.map((f) => (
        <li key={f.id} className={css.file}>
          <IconFile />
          <span>{f.name}</span>
          <small>{fileSize(f.size)}</small>
          <CloseButton size="sm" aria-label={t('composer.removeFile', { name: f.name })} onClick={() => uploads.remove(f)} />
        </li>
      ))}
      {uploads.underway.map((u) => (
        <li key={u.id} className={css.file} data-failed={u.error ? true : undefined}>
          {u.error ? <IconAlert /> : <Loader size={14} />}
          <span>{u.file.name}</span>
          <small role={u.error ? 'alert' : 'status'}>{u.error ? words(u.error) : t('composer.uploading')}</small>
          <CloseButton size="sm" aria-label={t('composer.removeFile', { name: u.file.name })} onClick={() => uploads.stop(u)} />
        </li>
      ))}
    </ul>
  );
}
