import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { IconPost } from '@/ui/icons';
import css from './PostAbove.module.css';

/** Longer posts are folded to two lines. */
const long = 140;

/** What the comments of a task stand under. It stays in sight while one reads them. */
export function PostAbove({ post }: { post: NonNullable<Task['post']> }) {
  const { t } = useTranslation();
  const [unfolded, setUnfolded] = useState(false);
  const text = [post.title, post.text].filter(Boolean).join('\n');
  const words = {
    pending: t('place.post.pending'),
    unreadable: post.reason?.text ?? t('place.post.unreadable'),
    known: text || t('place.post.noText'),
  }[post.state];
  return (
    <section className={css.post} aria-label={t('place.post.title')}>
      <IconPost />
      <div>
        <p className={css.text} data-folded={!unfolded || undefined} data-quiet={post.state !== 'known' || !text || undefined}>
          {words}
        </p>
        <p className={css.ways}>
          {text.length > long && (
            <button type="button" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
              {t(unfolded ? 'place.post.less' : 'place.post.more')}
            </button>
          )}
          {post.url && (
            <a href={post.url} target="_blank" rel="noopener noreferrer">
              {t('place.open')}
            </a>
          )}
        </p>
      </div>
    </section>
  );
}
