import { Button, TextInput } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newKey } from '@/api/client';
import { asApiError } from '@/api/problem';
import type { components } from '@/api/schema';
import type { Comment, Page, Task } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconBack, IconClose, IconSend } from '@/ui/icons';
import { Skeleton } from '@/ui/Skeleton';
import { putComment } from './comments';
import { filled, missing, partsOf, type MessageTemplate } from './messageTemplate';
import css from './TemplatePicker.module.css';

function templatesQuery(channelId: string) {
  const params = { path: { id: channelId } };
  return queryOptions({
    queryKey: ['get', '/channels/{id}/message-templates', { params }] as const,
    queryFn: async ({ signal }) =>
      (await api.GET('/channels/{id}/message-templates', { params, signal })).data as Page<components['schemas']['MessageTemplate']>,
  });
}

interface Props {
  task: Task;
  close: () => void;
}

/** The texts that the platform has approved for the channel: choosing one, filling it in, sending it. */
export default function TemplatePicker({ task, close }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<MessageTemplate | null>(null);
  const { data, error, refetch } = useQuery(templatesQuery(task.channel_id ?? ''));
  const list = (data?.items ?? []).toSorted((a, b) => Number(b.state === 'approved') - Number(a.state === 'approved'));
  return (
    // Escape goes back, as the buttons in it do.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className={css.box}
      aria-label={t('approved.title')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        if (chosen) setChosen(null);
        else close();
      }}
    >
      <header className={css.head}>
        {chosen && (
          <button type="button" className={css.step} onClick={() => setChosen(null)}>
            <IconBack size={14} />
            {t('approved.others')}
          </button>
        )}
        <h3>{chosen ? chosen.name : t('approved.title')}</h3>
        <button type="button" className={css.step} aria-label={t('app.close')} onClick={close}>
          <IconClose size={14} />
        </button>
      </header>
      {!chosen && <p className={css.hint}>{t('approved.hint')}</p>}
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={3} />}
      {data && list.length === 0 && <p className={css.empty}>{t('approved.none')}</p>}
      {chosen ? (
        <Fill key={`${chosen.name} ${chosen.language}`} task={task} template={chosen} sent={close} />
      ) : (
        <ul className={css.list}>
          {list.map((m) => (
            <li key={`${m.name} ${m.language}`}>
              <Choice template={m} choose={() => setChosen(m)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Choice({ template: m, choose }: { template: MessageTemplate; choose: () => void }) {
  const { t } = useTranslation();
  const approved = m.state === 'approved';
  return (
    <button type="button" className={css.choice} disabled={!approved} onClick={choose}>
      <strong>{m.name}</strong>
      <small>{m.language}</small>
      <span>{m.body}</span>
      {!approved && (
        <em>{m.reason ? t('approved.notBecause', { state: m.state, reason: m.reason }) : t('approved.not', { state: m.state })}</em>
      )}
    </button>
  );
}

function useSend(task: Task, template: MessageTemplate) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ values, key }: { values: Record<string, string>; key: string }) => {
      const { data } = await api.POST('/tasks/{id}/comments', {
        params: { path: { id: task.id }, header: { 'Idempotency-Key': key } },
        body: { visibility: 'public', mode: 'template', template: { name: template.name, language: template.language, parameters: values } },
      });
      return data as Comment;
    },
    onSuccess: (comment) => putComment(queryClient, comment),
  });
}

/** Whatever comes first is written in at once. */
function focus(element: HTMLElement | null) {
  element?.focus();
}

/** What differs from message to message, and how the person will read it. */
function Fill({ task, template, sent }: { task: Task; template: MessageTemplate; sent: () => void }) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Record<string, string>>({});
  const send = useSend(task, template);
  const faults = send.error ? asApiError(send.error).faults : [];
  const ready = missing(template, values).length === 0;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (ready && !send.isPending) send.mutate({ values, key: newKey() }, { onSuccess: sent });
  };
  return (
    <div className={css.fill}>
      <div className={css.values}>
        {template.parameters.map((key, i) => (
          <TextInput
            key={key}
            size="xs"
            label={labelOf(key, template, t)}
            value={values[key] ?? ''}
            maxLength={1000}
            ref={i === 0 ? focus : undefined}
            error={faults.find((f) => f.location === `body.template.parameters.${key}`)?.message}
            onChange={(event) => setValues({ ...values, [key]: event.currentTarget.value })}
            onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && submit(event)}
          />
        ))}
        {send.error && faults.every((f) => !f.location.startsWith('body.template.parameters.')) && <ErrorNote error={send.error} />}
      </div>
      <div>
        <p className={css.hint}>{t('approved.preview', { name: task.contact_name || t('tasks.nobody') })}</p>
        <div className={css.preview}>
          {partsOf(template).map(({ part, text }) => (
            <p key={part} data-part={part}>
              {filled(part, text, values).map((piece, i) =>
                piece.value === undefined ? (
                  piece.text
                ) : (
                  // The pieces of one text have no other name than their place in it.
                  // oxlint-disable-next-line react/no-array-index-key
                  <mark key={i} data-missing={piece.value === '' || undefined}>
                    {piece.value || piece.text}
                  </mark>
                ),
              )}
            </p>
          ))}
          {template.buttons.map((b) => (
            <span key={b.text} className={css.button}>
              {b.text}
            </span>
          ))}
        </div>
      </div>
      <Button size="xs" className={css.send} disabled={!ready} loading={send.isPending} leftSection={<IconSend size={14} />} onClick={submit}>
        {t('composer.send')}
      </Button>
    </div>
  );
}

function labelOf(key: string, template: MessageTemplate, t: TFunction): string {
  const [part, name = ''] = key.split('.');
  if (part === 'button') return t('approved.buttonValue', { name: template.buttons[Number(name)]?.text || String(Number(name) + 1) });
  return t(part === 'header' ? 'approved.headerValue' : 'approved.value', { name });
}
