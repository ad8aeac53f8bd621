import { Button, Modal, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newKey } from '@/api/client';
import type { components } from '@/api/schema';
import { list } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { staffQuery, teamsQuery, type Staff } from './people';
import css from './People.module.css';

type Work = components['schemas']['HandoverWork'];
type Outcome = components['schemas']['HandoverOutcome'];

/** Gives what somebody has to others, and then, if that is meant, lets them sign in no more. */
export function HandOver({ person: p, leaving, close }: { person: Staff; leaving: boolean; close: () => void }) {
  const { t } = useTranslation();
  const params = { path: { id: p.id } };
  const work = useQuery({
    queryKey: ['get', '/staff/{id}/work', { params }] as const,
    queryFn: async ({ signal }) => (await api.GET('/staff/{id}/work', { params, signal })).data!,
  });
  const staff = useQuery(staffQuery);
  const teams = useQuery(teamsQuery);
  const [to, setTo] = useState('');
  const go = useHandOver(p.id, leaving);
  const has = work.data && something(work.data);
  const heirs = (staff.data?.items ?? []).filter((x) => x.enabled && x.id !== p.id);
  const said = (out: Outcome) => {
    const words = [t(leaving ? 'handover.left' : 'handover.done', { name: p.name, count: out.tasks })];
    if (out.left > 0) words.push(t('handover.kept', { count: out.left }));
    toast(words.join(' '));
    close();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t(leaving ? 'handover.titleLeaving' : 'handover.title', { name: p.name })}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        className={css.handover}
        onSubmit={(event) => {
          event.preventDefault();
          go.mutate(has ? to : null, { onSuccess: said });
        }}
      >
        {leaving && <p>{t('handover.leaving')}</p>}
        {work.error && <ErrorNote error={work.error} retry={() => void work.refetch()} />}
        {!work.data && !work.error && <div className={css.skeleton} aria-hidden="true" />}
        {work.data && (has ? <What work={work.data} /> : <p className={css.text}>{t('handover.nothing')}</p>)}
        {has && (
          <NativeSelect
            label={t('handover.to')}
            description={t(to ? 'handover.toHint' : 'handover.nobodyHint')}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            data={[
              { value: '', label: t('handover.nobody') },
              { group: t('people.staff'), items: heirs.map((x) => ({ value: x.id, label: x.available ? x.name : t('handover.away', { name: x.name }) })) },
              { group: t('people.teams'), items: (teams.data?.items ?? []).map((x) => ({ value: x.id, label: x.name })) },
            ].filter((x) => !('items' in x) || (x.items?.length ?? 0) > 0)}
          />
        )}
        {go.error && <ErrorNote error={go.error} />}
        <div className={css.steps}>
          <Button type="submit" size="xs" color={leaving ? 'red.9' : undefined} loading={go.isPending} disabled={!work.data || (!has && !leaving)}>
            {t(leaving ? (has ? 'handover.goAndLeave' : 'people.disable') : 'handover.go')}
          </Button>
          <Button type="button" size="xs" variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function something(w: Work): boolean {
  return w.tasks + w.reminders + w.templates.length + w.channels.length + w.lead_forms.length > 0;
}

/** What somebody has, and where new work comes to them. */
function What({ work: w }: { work: Work }) {
  const { t } = useTranslation();
  const named = (things: Work['templates']) => list(things.map((x) => x.name));
  return (
    <ul className={css.work}>
      {w.tasks > 0 && <li>{t('handover.tasks', { count: w.tasks })}</li>}
      {w.reminders > 0 && <li>{t('handover.reminders', { count: w.reminders })}</li>}
      {w.templates.length > 0 && <li>{t('handover.templates', { count: w.templates.length, names: named(w.templates) })}</li>}
      {w.channels.length > 0 && <li>{t('handover.channels', { count: w.channels.length, names: named(w.channels) })}</li>}
      {w.lead_forms.length > 0 && <li>{t('handover.forms', { count: w.lead_forms.length, names: named(w.lead_forms) })}</li>}
    </ul>
  );
}

/** Hands over, as often as the server has more to do, to somebody, a team or (empty) nobody; null hands nothing over. */
function useHandOver(id: string, leaving: boolean) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (to: string | null) => {
      const all: Outcome = { tasks: 0, left: 0, reminders: 0, templates: 0, channels: 0, lead_forms: 0, more: to !== null };
      while (all.more) {
        const body = to ? { to_id: to } : {};
        const params = { path: { id }, header: { 'Idempotency-Key': newKey() } };
        // One after the other: each goes on where the one before has stopped.
        // oxlint-disable-next-line no-await-in-loop
        const out = (await api.POST('/staff/{id}/hand-over', { params, body })).data!;
        all.tasks += out.tasks;
        all.left = out.left;
        all.more = out.more && out.tasks > 0;
      }
      if (leaving) await api.PATCH('/staff/{id}', { params: { path: { id } }, body: { enabled: false } });
      return all;
    },
    onSettled: () => queryClient.invalidateQueries(),
  });
}
