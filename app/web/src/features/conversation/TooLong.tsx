import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { components } from '@/api/schema';
import css from './TooLong.module.css';

type Parts = components['schemas']['CommentParts'];

function partsQuery(taskId: string, text: string) {
  const params = { path: { id: taskId } };
  return queryOptions({
    queryKey: ['post', '/tasks/{id}/comments/parts', { params }, text] as const,
    queryFn: async ({ signal }) => (await api.POST('/tasks/{id}/comments/parts', { params, body: { text }, signal })).data as Parts,
    staleTime: Infinity, // the same text is always cut the same way
    gcTime: 60_000,
  });
}

/** How the server would cut a text that is too long for one message; nothing while that is not asked. */
export function useParts(taskId: string, text: string, wanted: boolean) {
  const [settled] = useDebouncedValue(text, 250);
  const { data } = useQuery({ ...partsQuery(taskId, settled), enabled: wanted && settled.length <= 20_000, placeholderData: keepPreviousData });
  return wanted ? data?.parts : undefined;
}

interface Props {
  parts?: string[];
  split: boolean;
  setSplit: (split: boolean) => void;
}

/** Offers to send a text that is too long as several messages, and shows which. */
export function TooLong({ parts, split, setSplit }: Props) {
  const { t } = useTranslation();
  if (!parts) return null;
  return (
    <div className={css.box}>
      <label className={css.choice}>
        <input type="checkbox" checked={split} onChange={(event) => setSplit(event.currentTarget.checked)} />
        {t(split ? 'split.will' : 'split.offer', { count: parts.length })}
      </label>
      {split && (
        <details className={css.parts}>
          <summary>{t('split.show')}</summary>
          {/* It scrolls, so it can be reached by keyboard too. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <ol tabIndex={0}>
            {parts.map((part, i) => (
              // What is shown is the text's parts in their order: a place has no other name than its number.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={i}>
                {part.length > 160 ? (
                  <>
                    {part.slice(0, 70)} <span aria-hidden="true">[…]</span> {part.slice(-70)}
                  </>
                ) : (
                  part
                )}
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}
