import { Button, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconPlus } from '@/ui/icons';
import { useFailureToast } from '@/ui/toast';
import { Invitations } from './Invitations';
import { InviteForm } from './InviteForm';
import { staffQuery, useRequireFactor } from './people';
import { PersonRow } from './PersonRow';
import { Teams } from './Teams';
import css from './People.module.css';

/** Who works in the account: people, invitations, teams. */
export function PeopleScreen() {
  const { t } = useTranslation();
  const me = useMe();
  const admin = isAdmin(me);
  const { data, error, refetch } = useQuery(staffQuery);
  const [inviting, setInviting] = useState(false);
  return (
    <div className={css.screen}>
      <ScreenHead title={t('people.title')}>
        {admin && !inviting && (
          <Button size="xs" leftSection={<IconPlus />} onClick={() => setInviting(true)}>
            {t('people.invite')}
          </Button>
        )}
      </ScreenHead>
      <div className={css.body}>
        {!admin && <p className={css.text}>{t('people.onlyAdmins')}</p>}
        {inviting && <InviteForm owner={me.role === 'owner'} done={() => setInviting(false)} />}
        {admin && <Invitations />}
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        <section className={css.section} aria-labelledby="people-staff">
          <h2 id="people-staff">{t('people.staff')}</h2>
          {!data && !error && <div className={css.skeleton} aria-hidden="true" />}
          <ul className={css.rows}>
            {data?.items.map((s) => (
              <PersonRow key={s.id} person={s} me={me} />
            ))}
          </ul>
          {data?.items.length === 1 && admin && <p className={css.text}>{t('people.alone')}</p>}
        </section>
        <Teams staff={data?.items ?? []} admin={admin} />
        {admin && <Safety required={me.account.require_second_factor} />}
      </div>
    </div>
  );
}

/** What the account demands of everybody's way in. */
function Safety({ required }: { required: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const change = useRequireFactor();
  return (
    <section className={css.section} aria-labelledby="people-safety">
      <h2 id="people-safety">{t('people.safety')}</h2>
      <Switch
        label={t('people.requireFactor')}
        description={t('people.requireFactorHint')}
        checked={change.isPending ? change.variables : required}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked, { onError: failed })}
      />
    </section>
  );
}
