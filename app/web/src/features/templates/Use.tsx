import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { channelsQuery } from '@/features/channels/channels';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { Section } from './Section';
import { useTemplateSteps, type AnyTemplate, type Sort } from './templates';
import css from './Editor.module.css';

/** Where the template is used, and what can be done with it as a whole. */
export function Use({ sort, template, admin }: { sort: Sort; template: AnyTemplate; admin: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const [asking, setAsking] = useState(false);
  const { standard } = useTemplateSteps(sort);
  return (
    <Section id="tpl-use" title={t('templates.use.title')} hint={template.standard ? t(`templates.use.standard.${sort}`) : undefined}>
      <UsedBy template={template} />
      {admin && (
        <div className={css.steps}>
          {!template.standard && (
            <Button size="xs" variant="default" loading={standard.isPending} onClick={() => standard.mutate(template.id, { onError: failed, onSuccess: () => toast(t('templates.use.madeStandard', { name: template.name })) })}>
              {t('templates.use.makeStandard')}
            </Button>
          )}
          <Button size="xs" variant="subtle" color="red" onClick={() => setAsking(true)}>
            {t('templates.use.delete')}
          </Button>
        </div>
      )}
      {asking && <DeleteDialog sort={sort} template={template} close={() => setAsking(false)} />}
    </Section>
  );
}

/** The channels and forms that use a template. */
function UsedBy({ template }: { template: AnyTemplate }) {
  const { t } = useTranslation();
  if (template.used_by.length === 0 && template.used_by_forms.length === 0) return <p className={css.text}>{t('templates.use.none')}</p>;
  return (
    <ul className={css.uses}>
      {template.used_by.map((c) => (
        <li key={c.id}>
          <Link to="/channels">{c.name}</Link>
          {c.warnings.map((w) => (
            <span key={w.text} className={css.warn}>
              {w.text}
            </span>
          ))}
        </li>
      ))}
      {template.used_by_forms.map((name) => (
        <li key={name}>{t('templates.use.form', { name })}</li>
      ))}
    </ul>
  );
}

/** Says why it cannot be deleted, or what happens when it is. */
function DeleteDialog({ sort, template, close }: { sort: Sort; template: AnyTemplate; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { remove } = useTemplateSteps(sort);
  const { data: channels } = useQuery(channelsQuery);
  const named = (channels?.items ?? []).some(({ settings: x }) => [x.object_template_id, x.comment_template_id, x.contact_template_id].includes(template.id));
  const used = named || template.used_by_forms.length > 0;
  const act = () =>
    remove.mutate(template.id, {
      onSuccess: () => {
        toast(t('templates.use.deleted', { name: template.name }));
        void navigate({ to: sort === 'object' ? '/settings/templates' : '/settings/contact-templates', ignoreBlocker: true });
      },
    });
  return (
    <Modal opened onClose={close} title={t('templates.use.deleteTitle', { name: template.name })} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {template.standard ? (
        <p className={css.text}>{t('templates.use.whyStandard')}</p>
      ) : (
        <>
          <p className={css.text}>{t(used ? 'templates.use.whyUsed' : 'templates.use.deleteHint')}</p>
          {!used && template.used_by.length > 0 && <p className={css.text}>{t('templates.use.fallBack')}</p>}
          {(used || template.used_by.length > 0) && <UsedBy template={template} />}
        </>
      )}
      {remove.error && <ErrorNote error={remove.error} />}
      <div className={css.buttons}>
        <Button variant="default" onClick={close} data-autofocus>
          {t(template.standard || used ? 'app.close' : 'app.cancel')}
        </Button>
        {!template.standard && !used && (
          <Button color="red" loading={remove.isPending} onClick={act}>
            {t('templates.use.delete')}
          </Button>
        )}
      </div>
    </Modal>
  );
}
