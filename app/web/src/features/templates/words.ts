import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { staffQuery, teamsQuery } from '@/features/tasks/tasks';
import { span } from '@/i18n/format';
import type { Words } from './diff';
import { statusSetsQuery } from './templates';

const minute = 60_000;

/** Names for ids and words for options, for differences that people read. */
export function useWords(): Words {
  const { t } = useTranslation();
  const { data: staff } = useQuery(staffQuery);
  const { data: teams } = useQuery(teamsQuery);
  const { data: sets } = useQuery(statusSetsQuery);
  const names = new Map([...(staff?.items ?? []), ...(teams?.items ?? []), ...(sets?.items ?? [])].map((x) => [x.id, x.name]));
  return {
    ref: (id) => names.get(id) ?? (id === '' ? '' : t('templates.gone')),
    option: (part, value) => {
      if (part === 'priority') return t(`tasks.priority.${value as 'low'}`);
      if (part === 'assignee_mode') return t(`templates.mode.${value as 'share'}`);
      if (part === 'skip_away') return t(value === 'true' ? 'templates.answer.yes' : 'templates.answer.no');
      if (part === 'due_in') return span(Number(value) * minute);
      if (part === 'kind') return t(`templates.kind.${value as 'person'}`);
      if (part === 'mapping' && (value === 'email' || value === 'phone')) return t(`templates.part.${value}`);
      return value.replace(/^field:/, '');
    },
  };
}
