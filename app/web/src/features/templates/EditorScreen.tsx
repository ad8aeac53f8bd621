import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { channelsQuery } from '@/features/channels/channels';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconBack } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { ContactParts } from './ContactParts';
import { parts } from './diff';
import { FaultContext, faultsOf, useDraft, useFault, useSettled } from './draft';
import { ObjectParts } from './ObjectParts';
import { PreviewTable } from './PreviewTable';
import { SaveBar } from './SaveBar';
import { Section } from './Section';
import {
  draftOf, usePreview, useTemplateSteps, wholeQuery,
  type AnyDraft, type AnyTemplate, type ContactDraft, type ObjectDraft, type Outcome, type Sort,
} from './templates';
import { Use } from './Use';
import { Versions } from './Versions';
import { WeekPicture } from './WeekPicture';
import css from './Editor.module.css';

/** An object template: everything about it on one page. */
export function ObjectTemplateScreen() {
  return <Loaded sort="object" />;
}

/** A contact template, with the same parts. */
export function ContactTemplateScreen() {
  return <Loaded sort="contact" />;
}

function Loaded({ sort }: { sort: Sort }) {
  const { t } = useTranslation();
  const { templateId } = useParams({ strict: false });
  const { data, error, refetch } = useQuery(wholeQuery(sort, templateId ?? ''));
  if (data) return <Editor key={data.id} sort={sort} template={data} />;
  return (
    <>
      <Head sort={sort} title={t(`templates.title.${sort}`)} />
      <div className={css.body}>{error ? <ErrorNote error={error} retry={() => void refetch()} /> : <Skeleton lines={6} />}</div>
    </>
  );
}

function Head({ sort, title, children }: { sort: Sort; title: string; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <ScreenHead title={title}>
      {children}
      <Link to={sort === 'object' ? '/settings/templates' : '/settings/contact-templates'} className={css.back} aria-label={t(`templates.back.${sort}`)} title={t(`templates.back.${sort}`)}>
        <IconBack />
      </Link>
    </ScreenHead>
  );
}

function Editor({ sort, template }: { sort: Sort; template: AnyTemplate }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const state = useDraft<AnyDraft>(draftOf(sort, template), template.version);
  const { draft, saved, set } = state;
  const { data: channels } = useQuery(channelsQuery);
  const [choice, setAsked] = useState<{ channel_id: string; of?: 'messages' | 'comments' | 'leads'; events: number } | null>(null);
  const first = template.used_by.find((c) => channels?.items.some((x) => x.id === c.id))?.id ?? channels?.items[0]?.id ?? '';
  const asked = choice ?? { channel_id: admin ? first : '', events: 10 };
  const preview = usePreview(sort, template.id, asked, useSettled(draft));
  const { change } = useTemplateSteps(sort);
  const faults = new Map([...faultsOf(change.error), ...faultsOf(preview.error)]);
  const save = () =>
    change.mutate(
      { id: template.id, draft, version: state.version },
      {
        onSuccess: (made) => {
          state.take(draftOf(sort, made), made.version);
          toast(t('templates.save.saved', { name: made.name, n: made.version }));
        },
      },
    );
  const newest = faultsOf(preview.error).size > 0 ? undefined : preview.data?.items.find((i) => i.draft)?.draft;
  return (
    <FaultContext value={faults}>
      <div className={css.screen}>
        <Head sort={sort} title={saved.name}>
          {template.standard && <Badge tone="good">{t('templates.standard')}</Badge>}
          <Badge className={css.head}>{t('templates.version.n', { n: template.version })}</Badge>
        </Head>
        <fieldset className={css.plain} disabled={!admin}>
          <div className={css.body}>
            {!admin && <p className={css.text}>{t('templates.onlyAdmins')}</p>}
            {state.overtaken && (
              <div className={css.conflict} role="alert">
                <p>{t('templates.save.overtaken', { n: template.version })}</p>
                <Button size="xs" variant="default" onClick={() => state.take(draftOf(sort, template), template.version)}>
                  {t('templates.save.theirs')}
                </Button>
              </div>
            )}
            <Name value={draft.name} set={(name) => set({ name })} hint={t(`templates.nameHint.${sort}`)} />
            <Parts sort={sort} draft={draft} saved={saved} set={set} newest={newest ?? undefined} template={template} />
            {admin && sort === 'object' && (
              <Section id="tpl-week" title={t('templates.week.title')} hint={t('templates.week.hint')}>
                <WeekPicture id={template.id} channel={asked.channel_id} draft={draft as ObjectDraft} />
              </Section>
            )}
            {admin && (
              <Section id="tpl-preview" title={t('templates.preview.title')} hint={t(`templates.preview.hint.${sort}`)}>
                <PreviewTable sort={sort} template={template} channels={channels?.items ?? []} asked={asked} ask={setAsked} result={preview} fields={draft.form.fields} />
              </Section>
            )}
            <Use sort={sort} template={template} admin={admin} />
            <Section id="tpl-versions" title={t('templates.version.title')} hint={t('templates.version.hint')}>
              <Versions sort={sort} template={template} reverted={(made) => state.take(draftOf(sort, made), made.version)} />
            </Section>
          </div>
        </fieldset>
        {admin && (
          <SaveBar
            dirty={state.dirty}
            parts={parts(saved, draft)}
            saving={change.isPending}
            error={change.error}
            faults={faults.size}
            save={save}
            discard={() => {
              change.reset();
              state.take(saved, state.version);
            }}
          />
        )}
      </div>
    </FaultContext>
  );
}

function Name({ value, set, hint }: { value: string; set: (name: string) => void; hint: string }) {
  const { t } = useTranslation();
  return (
    <Section id="tpl-name" title={t('templates.part.name')} hint={hint}>
      <TextInput aria-labelledby="tpl-name" className={css.name} value={value} maxLength={200} error={useFault('name')} onChange={(e) => set(e.currentTarget.value)} />
    </Section>
  );
}

interface PartsProps {
  sort: Sort;
  draft: AnyDraft;
  saved: AnyDraft;
  set: (change: Partial<AnyDraft>) => void;
  newest?: Outcome;
  template: AnyTemplate;
}

function Parts({ sort, draft, saved, set, newest, template }: PartsProps) {
  if (sort === 'object') return <ObjectParts draft={draft as ObjectDraft} saved={saved as ObjectDraft} set={set} newest={newest} template={template} />;
  return <ContactParts draft={draft as ContactDraft} saved={saved as ContactDraft} set={set} newest={newest} />;
}
