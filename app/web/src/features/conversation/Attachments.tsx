import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '@/api/types';
import { fileSize } from '@/i18n/format';
import { IconAlert, IconClock, IconDownload, IconFile } from '@/ui/icons';
import css from './Attachments.module.css';

const Lightbox = lazy(() => import('./Lightbox').then((m) => ({ default: m.Lightbox })));

/** Pictures that a browser draws safely: as a picture nothing in them is run. */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** The files of a comment. They come from this server alone, as downloads. */
export function Attachments({ files }: { files: Attachment[] }) {
  const [shown, setShown] = useState<string | null>(null);
  if (files.length === 0) return null;
  return (
    <>
      <ul className={css.files}>
        {files.map((f) => (
          <li key={f.id}>
            <File file={f} enlarge={() => setShown(f.id)} />
          </li>
        ))}
      </ul>
      {shown && (
        <Suspense>
          <Lightbox files={files.filter((f) => here(f) && drawn(f))} shown={shown} show={setShown} />
        </Suspense>
      )}
    </>
  );
}

/** Whether the file can be had from this server: kept here, or passed through from where it is. */
const here = (f: Attachment) => f.state === 'stored' || (f.state === 'link' && f.url.startsWith('/'));

/** Whether it is drawn as a picture. What is passed through is of no type that was looked at: an image may prove broken. */
const drawn = (f: Attachment) => (f.mime ? pictures.has(f.mime) : f.state === 'link' && f.type === 'image');

function File({ file: f, enlarge }: { file: Attachment; enlarge: () => void }) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState(false);
  const name = f.name || t(`file.${f.type as 'image'}`);
  if (here(f) && drawn(f) && !broken) {
    return (
      <button type="button" className={css.picture} title={t('task.enlarge', { name })} onClick={enlarge}>
        <img src={f.url} alt={name} loading="lazy" decoding="async" onError={() => setBroken(true)} />
      </button>
    );
  }
  if (here(f) && (f.type === 'audio' || f.type === 'video') && !broken) {
    return (
      <div className={css.media}>
        {f.type === 'audio' ? (
          // oxlint-disable-next-line jsx-a11y/media-has-caption -- what people send has none
          <audio controls preload="metadata" src={f.url} aria-label={name} onError={() => setBroken(true)} />
        ) : (
          // oxlint-disable-next-line jsx-a11y/media-has-caption -- what people send has none
          <video controls preload="metadata" src={f.url} aria-label={name} onError={() => setBroken(true)} />
        )}
        <Download file={f} name={name} />
      </div>
    );
  }
  return <Download file={f} name={name} />;
}

function Download({ file: f, name }: { file: Attachment; name: string }) {
  const { t } = useTranslation();
  if (here(f)) {
    return (
      <a className={css.file} href={f.url} download={f.name || true}>
        <IconFile size={20} />
        <span className={css.name}>
          {name}
          <small>{f.state === 'stored' ? fileSize(f.size) : t('file.notKept')}</small>
        </span>
        <IconDownload />
        <span className="sr">{t('file.download', { name })}</span>
      </a>
    );
  }
  if (f.state === 'link' && f.url) {
    return (
      <a className={css.file} href={f.url} target="_blank" rel="noopener noreferrer nofollow">
        <IconFile size={20} />
        <span className={css.name}>
          {name}
          <small>{t('file.elsewhere', { host: hostOf(f.url) })}</small>
        </span>
      </a>
    );
  }
  return (
    <span className={css.file} data-state={f.state}>
      {f.state === 'pending' || f.state === 'expired' ? <IconClock size={20} /> : <IconAlert size={20} />}
      <span className={css.name}>
        {name}
        <small>{f.reason ?? t(`file.state.${f.state === 'pending' || f.state === 'removed' || f.state === 'expired' ? f.state : 'failed'}`)}</small>
      </span>
    </span>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
