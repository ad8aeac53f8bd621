import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { ScreenHead } from '@/app/ScreenHead';
import { PartyChoice, TemplateChoice } from '@/features/channels/SettingField';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { SaveBar } from '@/ui/SaveBar';
import { IconAlert, IconBack } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { toast, useFailureToast } from '@/ui/toast';
import { BackfillPanel } from './BackfillPanel';
import { formQuery, useFormSteps, type LeadForm, type LeadFormChange } from './leads';
import { Questions } from './Questions';
import { TestLeadPanel } from './TestLeadPanel';
import css from './leads.module.css';

const route = getRouteApi('/signed-in/settings/settings/lead-forms/$formId');

/** One form: what becomes of each answer, who gets its leads, and filling in what came before. */
export function LeadFormScreen() {
  const { formId } = route.useParams();
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(formQuery(formId));
  return (
    <div className={css.screen}>
      <ScreenHead title={data?.name || t('leads.title')} />
      <div className={css.body}>
        <p className={css.back}>
          <Link to="/settings/lead-forms" search={{ channel: data?.channel_id }}>
            <IconBack size={14} /> {t('leads.all')}
          </Link>
        </p>
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton lines={8} />}
        {data && <Whole key={data.id} form={data} />}
      </div>
    </div>
  );
}

type Changes = Pick<LeadFormChange, 'object_template_id' | 'contact_template_id' | 'assignee_ids'> & { mapping: Record<string, string> };

function Whole({ form: f }: { form: LeadForm }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const [changes, setChanges] = useState<Changes>({ mapping: {} });
  const { change } = useFormSteps(f.id);
  const error = change.error ? asApiError(change.error) : null;
  const put = (more: Partial<Changes>) => setChanges((before) => ({ ...before, ...more }));
  const count = Object.keys(changes.mapping).length + Object.keys(changes).length - 1;
  const shown = { ...f, ...changes };
  const save = () => {
    const { mapping, ...rest } = changes;
    change.mutate(
      { ...rest, ...(Object.keys(mapping).length > 0 ? { mapping } : {}) },
      {
        onSuccess: () => {
          setChanges({ mapping: {} });
          toast(t('leads.saved'));
        },
      },
    );
  };
  return (
    <>
      <Drift form={f} admin={admin} />
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <section className={css.card} aria-labelledby="form-made">
          <h2 id="form-made">{t('leads.made')}</h2>
          <div className={css.pair}>
            <label className={css.pick} htmlFor="form-object">
              {t('leads.objectTemplate')}
              <TemplateChoice
                id="form-object"
                contacts={false}
                value={shown.object_template_id ?? null}
                none={t('leads.channelsTemplate')}
                disabled={!admin}
                set={(id) => put({ object_template_id: id as string })}
              />
            </label>
            <label className={css.pick} htmlFor="form-contact">
              {t('leads.contactTemplate')}
              <TemplateChoice
                id="form-contact"
                contacts
                value={shown.contact_template_id ?? null}
                none={t('leads.channelsTemplate')}
                disabled={!admin}
                set={(id) => put({ contact_template_id: id as string })}
              />
            </label>
          </div>
          <div className={css.pick}>
            <span>{t('leads.assignees')}</span>
            <PartyChoice name={t('leads.assignees')} value={shown.assignee_ids ?? []} set={(ids) => put({ assignee_ids: ids })} disabled={!admin} />
            <p className={css.small}>{t('leads.assigneesHint')}</p>
          </div>
        </section>
        <Questions
          form={f}
          objectTemplate={shown.object_template_id ?? null}
          contactTemplate={shown.contact_template_id ?? null}
          mapping={changes.mapping}
          set={(more) => put({ mapping: { ...changes.mapping, ...more } })}
          disabled={!admin}
          faultAt={(key) => error?.faultAt(`mapping.${key}`)}
        />
        <SaveBar count={count} saving={change.isPending} error={error} discard={() => setChanges({ mapping: {} })} />
      </form>
      {admin && <BackfillPanel form={f} />}
      <TestLeadPanel form={f} />
    </>
  );
}

/** Questions that have changed since somebody last looked. */
function Drift({ form: f, admin }: { form: LeadForm; admin: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { change } = useFormSteps(f.id);
  if (!f.drift) return null;
  const names = (drift: string) => f.questions.filter((q) => q.drift === drift).map((q) => q.label || q.key);
  return (
    <div className={css.alert} role="alert">
      <IconAlert size={18} />
      <div>
        <strong>{t('leads.driftTitle')}</strong>
        {(['new', 'changed', 'removed'] as const).map((d) => names(d).length > 0 && <p key={d}>{t(`leads.driftOf.${d}`, { names: names(d).join(', ') })}</p>)}
        <p>{t('leads.driftHint')}</p>
        {admin && (
          <Button
            size="compact-sm"
            variant="default"
            mt={6}
            loading={change.isPending}
            onClick={() => change.mutate({ reviewed: true }, { onError: failed, onSuccess: () => toast(t('leads.reviewed')) })}
          >
            {t('leads.review')}
          </Button>
        )}
      </div>
    </div>
  );
}
