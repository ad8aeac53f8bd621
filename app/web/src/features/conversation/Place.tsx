import { Menu } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comment } from '@/api/types';
import { IconDots } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { useMayWork } from '@/features/access/rights';
import { useModerate, type Moderation, type Way } from './ways';
import css from './Place.module.css';

/** How a comment stands under its post. */
export function PlaceMarks({ comment: c }: { comment: Comment }) {
  const { t } = useTranslation();
  if (!c.place) return null;
  const { hidden_at, liked_at, private_reply } = c.place;
  return (
    <>
      {hidden_at && <span className={css.mark}>{t('place.hidden')}</span>}
      {liked_at && <span className={css.mark}>{t('place.liked')}</span>}
      {private_reply?.state === 'used' && <span className={css.mark}>{t('place.answeredPrivately')}</span>}
    </>
  );
}

/** What can be done with a comment under a post. */
export function PlaceMenu({ comment: c, answer }: { comment: Comment; answer?: (c: Comment, way: Way) => void }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const work = useMayWork();
  const moderate = useModerate(c.task_id);
  const [sure, setSure] = useState(false);
  if (!work || !c.place || c.unsent_at) return null;
  const { hidden_at, liked_at, private_reply, standing } = c.place;
  const act = (action: Moderation) =>
    moderate.mutate({ id: c.id, action }, { onError: failed, onSuccess: () => toast(t(`place.done.${action}`)) });
  const may = (key: 'can_like' | 'can_hide' | 'can_delete') => standing?.[key] !== false;
  return (
    <Menu position="bottom-start" width={250} shadow="md" withinPortal onClose={() => setSure(false)}>
      <Menu.Target>
        <button type="button" className={css.button} aria-label={t('place.menu')} title={t('place.menu')}>
          <IconDots />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {answer && <Menu.Item onClick={() => answer(c, 'public')}>{t('place.answer')}</Menu.Item>}
        {answer && private_reply && (
          <Menu.Item disabled={private_reply.state !== 'available'} onClick={() => answer(c, 'private')}>
            {t('place.answerPrivately')}
            {private_reply.advice && <small className={css.advice}>{private_reply.advice}</small>}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item disabled={!may('can_like')} onClick={() => act(liked_at ? 'unlike' : 'like')}>
          {t(liked_at ? 'place.unlike' : 'place.like')}
        </Menu.Item>
        <Menu.Item disabled={!may('can_hide')} onClick={() => act(hidden_at ? 'unhide' : 'hide')}>
          {t(hidden_at ? 'place.unhide' : 'place.hide')}
        </Menu.Item>
        <Menu.Item
          color="red"
          disabled={!may('can_delete')}
          closeMenuOnClick={sure}
          onClick={() => (sure ? act('delete') : setSure(true))}
        >
          {t(sure ? 'place.deleteSure' : 'place.delete')}
        </Menu.Item>
        {standing?.url && (
          <Menu.Item component="a" href={standing.url} target="_blank" rel="noopener noreferrer">
            {t('place.open')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
