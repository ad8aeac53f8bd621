import { ActionIcon, Popover } from '@mantine/core';
import { lazy, Suspense, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { IconSmile } from '@/ui/icons';
import { usedEmoji } from './recentEmoji';
import css from './Emoji.module.css';

const EmojiPicker = lazy(() => import('./EmojiPicker'));

interface Props {
  put: (emoji: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** Opens the emoji; they are loaded when they are wanted. */
export function EmojiButton({ put, field }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    field.current?.focus();
  };
  return (
    <Popover opened={open} onChange={setOpen} position="top-start" shadow="md" withinPortal trapFocus={false}>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('emoji.insert')}
          aria-expanded={open}
          title={`${t('emoji.insert')} ( :${t('emoji.example')} )`}
          onClick={() => setOpen(!open)}
        >
          <IconSmile size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <Suspense fallback={<div className={css.picker} />}>
          <EmojiPicker
            take={(emoji) => {
              usedEmoji(emoji);
              setOpen(false);
              put(emoji);
            }}
            close={close}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
