import { Suspense, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { later } from '@/app/later';
import css from './TaskList.module.css';

const Search = later(() => import('./Search').then((m) => m.Search));

/** The search, which comes after the list does. Until then its field is a plain one, and what is typed there is not lost. */
export function SearchField({ field }: { field: RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [here, setHere] = useState(false);
  const plain = (
    <input
      ref={field}
      className={css.plain}
      aria-label={t('tasks.search')}
      placeholder={t('tasks.search')}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onFocus={() => setHere(true)}
      onBlur={() => setHere(false)}
    />
  );
  return (
    <div className={css.search}>
      <Suspense fallback={plain}>
        <Search field={field} text={text} setText={setText} here={here} />
      </Suspense>
    </div>
  );
}
