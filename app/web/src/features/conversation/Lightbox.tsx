import { ActionIcon, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '@/api/types';
import { fileSize } from '@/i18n/format';
import { IconBack, IconClose, IconDownload } from '@/ui/icons';
import css from './Lightbox.module.css';

interface Props {
  files: Attachment[];
  shown: string;
  show: (id: string | null) => void;
}

/** A picture as large as the screen, with the others of its comment to each side. */
export function Lightbox({ files, shown, show }: Props) {
  const { t } = useTranslation();
  const at = files.findIndex((f) => f.id === shown);
  const file = files[at];
  if (!file) return null;
  const name = file.name || t('file.image');
  const step = (by: number) => {
    const next = files[at + by];
    if (next) show(next.id);
  };
  return (
    <Modal
      opened
      onClose={() => show(null)}
      fullScreen
      withCloseButton={false}
      lockScroll={false}
      padding={0}
      transitionProps={{ duration: 0 }}
      classNames={{ content: css.content, body: css.body }}
      aria-label={name}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') step(-1);
        if (event.key === 'ArrowRight') step(1);
      }}
    >
      <header className={css.head}>
        <span>
          {name} <small>{fileSize(file.size)}</small>
          {files.length > 1 && <small>{t('task.pictureOf', { at: at + 1, count: files.length })}</small>}
        </span>
        <a href={file.url} download={file.name || true} aria-label={t('file.download', { name })} title={t('file.download', { name })}>
          <IconDownload size={20} />
        </a>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('app.close')} onClick={() => show(null)} data-autofocus>
          <IconClose size={20} />
        </ActionIcon>
      </header>
      <div className={css.stage}>
        {at > 0 && (
          <ActionIcon className={css.before} variant="default" size="xl" aria-label={t('task.pictureBefore')} onClick={() => step(-1)}>
            <IconBack size={20} />
          </ActionIcon>
        )}
        <img src={file.url} alt={name} />
        {at < files.length - 1 && (
          <ActionIcon className={css.after} variant="default" size="xl" aria-label={t('task.pictureAfter')} onClick={() => step(1)}>
            <IconBack size={20} />
          </ActionIcon>
        )}
      </div>
    </Modal>
  );
}
