import { CloseButton, Loader } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '@/api/types';
import { fileSize } from '@/i18n/format';
import { useErrorWords } from '@/ui/ErrorNote';
import { IconAlert, IconFile } from '@/ui/icons';
import { upload } from './comments';
import { faultOf, guessType, type FileFault, type FileLimits } from './fileLimits';
import css from './ComposerFiles.module.css';

interface Upload {
  id: number;
  file: File;
  stop: AbortController;
  error?: unknown;
  fault?: FileFault;
}

export type Uploads = ReturnType<typeof useUploads>;

/** Files that are there, and those on their way to them. What is too large is said without sending it. */
export function useUploads(files: Attachment[], set: (files: Attachment[]) => void, limits: FileLimits) {
  const latest = useRef({ files, set });
  useEffect(() => {
    latest.current = { files, set };
  });
  const [underway, setUnderway] = useState<Upload[]>([]);
  const count = useRef(0);
  const drop = (id: number) => setUnderway((all) => all.filter((u) => u.id !== id));

  const start = async (u: Upload) => {
    try {
      const stored = await upload(u.file, u.stop.signal);
      const now = latest.current;
      now.files = [...now.files, stored];
      now.set(now.files);
      drop(u.id);
    } catch (error) {
      if (!u.stop.signal.aborted) setUnderway((all) => all.map((x) => (x.id === u.id ? { ...x, error } : x)));
    }
  };

  return {
    files,
    underway,
    limits,
    faulty: files.some((f) => faultOf(f, limits)),
    busy: underway.some((u) => !u.error && !u.fault),
    add: (more: File[]) => {
      const added = more.map((file): Upload => {
        const fault = faultOf({ type: guessType(file.type) as Attachment['type'], size: file.size }, limits) ?? undefined;
        return { id: ++count.current, file, stop: new AbortController(), fault };
      });
      setUnderway((all) => [...all, ...added]);
      for (const u of added) if (!u.fault) void start(u);
    },
    stop: (u: Upload) => {
      u.stop.abort();
      drop(u.id);
    },
    remove: (f: Attachment) => set(files.filter((x) => x.id !== f.id)),
  };
}

export function ComposerFiles({ uploads, readOnly = false }: { uploads: Uploads; readOnly?: boolean }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  if (uploads.files.length === 0 && uploads.underway.length === 0) return null;
  return (
    <ul className={css.files} aria-label={t('composer.files')}>
      {uploads.files.map((f) => {
        const fault = faultOf(f, uploads.limits);
        return (
          <li key={f.id} className={css.file} data-failed={fault ? true : undefined}>
            {fault ? <IconAlert /> : <IconFile />}
            <span>{f.name}</span>
            <small role={fault ? 'alert' : undefined}>{fault ? t(`composer.fault.${fault.key}`, fault.values) : fileSize(f.size)}</small>
            {!readOnly && <CloseButton size="sm" aria-label={t('composer.removeFile', { name: f.name })} onClick={() => uploads.remove(f)} />}
          </li>
        );
      })}
      {uploads.underway.map((u) => {
        const wrong = u.fault ? t(`composer.fault.${u.fault.key}`, u.fault.values) : u.error ? words(u.error) : null;
        return (
          <li key={u.id} className={css.file} data-failed={wrong ? true : undefined}>
            {wrong ? <IconAlert /> : <Loader size={14} />}
            <span>{u.file.name}</span>
            <small role={wrong ? 'alert' : 'status'}>{wrong ?? t('composer.uploading')}</small>
            <CloseButton size="sm" aria-label={t('composer.removeFile', { name: u.file.name })} onClick={() => uploads.stop(u)} />
          </li>
        );
      })}
    </ul>
  );
}
