import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { list, nearTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { compare, type Change } from './diff';
import { draftOf, useTemplateSteps, versionQuery, versionsQuery, type AnyDraft, type AnyTemplate, type Sort, type Version } from './templates';
import { useWords } from './words';
import css from './Editor.module.css';

interface Props {
  sort: Sort;
  template: AnyTemplate;
  reverted: (template: AnyTemplate) => void;
}

/** What the template was, what each version changed, and the way back to it. */
export function Versions({ sort, template, reverted }: Props) {
  const { data, error, refetch } = useQuery(versionsQuery(sort, template.id));
  const [open, setOpen] = useState(0);
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={2} />;
  return (
    <ol className={css.versions}>
      {data.items.map((v) => (
        <Row key={v.version} sort={sort} template={template} version={v} open={open === v.version} toggle={() => setOpen(open === v.version ? 0 : v.version)} reverted={reverted} />
      ))}
    </ol>
  );
}

interface RowProps extends Props {
  version: Version;
  open: boolean;
  toggle: () => void;
}

function Row({ sort, template, version: v, open, toggle, reverted }: RowProps) {
  const { t } = useTranslation();
  const { ref } = useWords();
  const [asking, setAsking] = useState(false);
  const now = v.version === template.version;
  return (
    <li>
      <div className={css.version}>
        <button type="button" className={css.link} aria-expanded={open} onClick={toggle}>
          {t('templates.version.n', { n: v.version })}
        </button>
        <span>{v.staff_id ? t('templates.version.by', { name: ref(v.staff_id), time: nearTime(v.created_at) }) : t('templates.version.byKontor', { time: nearTime(v.created_at) })}</span>
        {now ? (
          <Badge>{t('templates.version.now')}</Badge>
        ) : (
          <Button size="compact-xs" variant="subtle" onClick={() => setAsking(true)}>
            {t('templates.version.revert')}
          </Button>
        )}
      </div>
      {open && <Made sort={sort} id={template.id} version={v.version} />}
      {asking && <Revert sort={sort} template={template} version={v.version} close={() => setAsking(false)} reverted={reverted} />}
    </li>
  );
}

/** What a version made different from the one before it. */
function Made({ sort, id, version }: { sort: Sort; id: string; version: number }) {
  const { t } = useTranslation();
  const { data: after } = useQuery(versionQuery(sort, id, version));
  const { data: before } = useQuery({ ...versionQuery(sort, id, version - 1), enabled: version > 1 });
  if (version === 1) return <p className={css.text}>{t('templates.version.first')}</p>;
  if (!before || !after) return <Skeleton lines={1} />;
  return <Changes before={before} after={after} />;
}

/** Differences in words. */
export function Changes({ before, after }: { before: AnyDraft; after: AnyDraft }) {
  const { t } = useTranslation();
  const words = useWords();
  const changes = compare(before, after, words);
  if (changes.length === 0) return <p className={css.text}>{t('templates.change.nothing')}</p>;
  return (
    <ul className={css.changes}>
      {changes.map((c) => (
        <li key={`${c.kind} ${c.part} ${c.name}`}>
          <Line change={c} />
        </li>
      ))}
    </ul>
  );
}

function Line({ change: c }: { change: Change }) {
  const { t } = useTranslation();
  const name = c.name ?? t(`templates.part.${c.part}`);
  switch (c.kind) {
    case 'field_added':
      return t('templates.change.added', { name });
    case 'field_removed':
      return t('templates.change.removed', { name });
    case 'field_changed':
      return t('templates.change.changed', { name, what: list((c.what ?? []).map((w) => t(`templates.aspect.${w}`))) });
    case 'fields_moved':
      return t('templates.change.moved');
  }
  return (
    <>
      <strong>{name}</strong> <del>{c.from || t('templates.preview.empty')}</del> <span aria-hidden="true">→</span> <ins>{c.to || t('templates.preview.empty')}</ins>
    </>
  );
}

function Revert({ sort, template, version, close, reverted }: Props & { version: number; close: () => void }) {
  const { t } = useTranslation();
  const { data: then } = useQuery(versionQuery(sort, template.id, version));
  const { revert } = useTemplateSteps(sort);
  const act = () =>
    revert.mutate(
      { id: template.id, version },
      {
        onSuccess: (made) => {
          toast(t('templates.version.reverted', { n: version }));
          reverted(made);
          close();
        },
      },
    );
  return (
    <Modal opened onClose={close} size="lg" title={t('templates.version.revertTo', { n: version })} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <p className={css.text}>{t('templates.version.revertHint', { n: template.version + 1 })}</p>
      {then ? <Changes before={draftOf(sort, template)} after={then} /> : <Skeleton lines={2} />}
      {revert.error && <ErrorNote error={revert.error} />}
      <div className={css.buttons}>
        <Button variant="default" onClick={close}>
          {t('app.cancel')}
        </Button>
        <Button loading={revert.isPending} onClick={act}>
          {t('templates.version.revertDo')}
        </Button>
      </div>
    </Modal>
  );
}
