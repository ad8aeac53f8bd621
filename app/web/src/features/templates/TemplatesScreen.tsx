import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { list, nearTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconPlus } from '@/ui/icons';
import { Badge } from '@/ui/Badge';
import { Skeleton } from '@/ui/Skeleton';
import { NewTemplate } from './NewTemplate';
import { listQueries, wholeQuery, type Listed, type Sort } from './templates';
import css from './List.module.css';

/** What tasks are made from. */
export function ObjectTemplatesScreen() {
  return <TemplatesScreen sort="object" />;
}

/** What contacts are made from. */
export function ContactTemplatesScreen() {
  return <TemplatesScreen sort="contact" />;
}

function TemplatesScreen({ sort }: { sort: Sort }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const objects = useQuery({ ...listQueries.object, enabled: sort === 'object' });
  const contacts = useQuery({ ...listQueries.contact, enabled: sort === 'contact' });
  const { data, error, refetch } = sort === 'object' ? objects : contacts;
  const items: Listed[] = data?.items ?? [];
  const [making, setMaking] = useState<{ from?: string } | null>(null);
  return (
    <>
      <ScreenHead title={t(`templates.title.${sort}`)}>
        {admin && (
          <Button size="xs" leftSection={<IconPlus />} onClick={() => setMaking({})}>
            {t('templates.new')}
          </Button>
        )}
      </ScreenHead>
      <div className={css.body}>
        <p className={css.text}>{t(`templates.hint.${sort}`)}</p>
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={4} />}
        <ul className={css.rows}>
          {items
            .toSorted((a, b) => Number(b.standard) - Number(a.standard) || a.name.localeCompare(b.name))
            .map((x) => (
              <Row key={x.id} sort={sort} template={x} copy={admin ? () => setMaking({ from: x.id }) : undefined} />
            ))}
        </ul>
        {sort === 'object' && (
          <p className={css.text}>
            <Link to="/settings/status-sets">{t('templates.statuses.title')}</Link> {t('templates.statuses.own')}
          </p>
        )}
      </div>
      {making && <NewTemplate sort={sort} from={making.from} items={items} close={() => setMaking(null)} />}
    </>
  );
}

function Row({ sort, template: x, copy }: { sort: Sort; template: Listed; copy?: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(wholeQuery(sort, x.id));
  const uses = [...(data?.used_by ?? []).map((c) => c.name), ...(data?.used_by_forms ?? []).map((name) => t('templates.use.form', { name }))];
  const warned = data?.used_by.some((c) => c.warnings.length > 0);
  return (
    <li className={css.row}>
      <div className={css.what}>
        <Link to={sort === 'object' ? '/settings/templates/$templateId' : '/settings/contact-templates/$templateId'} params={{ templateId: x.id }} className={css.name}>
          {x.name}
        </Link>
        {x.standard && <Badge tone="good" className={css.badge}>{t('templates.standard')}</Badge>}
        {warned && <Badge tone="warn" className={css.badge}>{t('templates.warned')}</Badge>}
        <p>{!data ? '…' : uses.length > 0 ? t('templates.usedBy', { names: list(uses) }) : t('templates.unused')}</p>
      </div>
      <span className={css.when}>{t('templates.changedAt', { n: x.version, time: nearTime(x.updated_at) })}</span>
      {copy && (
        <Button size="compact-xs" variant="subtle" aria-label={t('templates.copyOf', { name: x.name })} onClick={copy}>
          {t('templates.copy')}
        </Button>
      )}
    </li>
  );
}
