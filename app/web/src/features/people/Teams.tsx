import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { list } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconUsers } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { teamsQuery, useTeamSteps, type Staff, type Team } from './people';
import css from './People.module.css';

/** Groups of people that tasks can be given to. */
export function Teams({ staff, admin }: { staff: Staff[]; admin: boolean }) {
  const { t } = useTranslation();
  const { data } = useQuery(teamsQuery);
  const [editing, setEditing] = useState('');
  const names = (team: Team) => staff.filter((s) => team.member_ids.includes(s.id)).map((s) => s.name);
  return (
    <section className={css.section} aria-labelledby="people-teams">
      <div className={css.title}>
        <h2 id="people-teams">{t('people.teams')}</h2>
        {admin && editing !== 'new' && (
          <Button size="xs" variant="default" onClick={() => setEditing('new')}>
            {t('people.newTeam')}
          </Button>
        )}
      </div>
      {editing === 'new' && <TeamForm staff={staff} done={() => setEditing('')} />}
      {data?.items.length === 0 && editing !== 'new' && <p className={css.text}>{t('people.noTeams')}</p>}
      <ul className={css.rows}>
        {data?.items.map((team) => (
          <li key={team.id}>
            {editing === team.id ? (
              <TeamForm team={team} staff={staff} done={() => setEditing('')} />
            ) : (
              <div className={css.row}>
                <span className={css.mail}>
                  <IconUsers />
                </span>
                <div className={css.what}>
                  <strong>{team.name}</strong>
                  <p>{names(team).length > 0 ? list(names(team)) : t('people.emptyTeam')}</p>
                </div>
                {admin && (
                  <Button size="compact-xs" variant="subtle" onClick={() => setEditing(team.id)}>
                    {t('people.editTeam')}
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function TeamForm({ team, staff, done }: { team?: Team; staff: Staff[]; done: () => void }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { save, remove } = useTeamSteps();
  const error = save.error ? asApiError(save.error) : null;
  return (
    <form
      className={css.form}
      aria-label={team?.name ?? t('people.newTeam')}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        save.mutate(
          { id: team?.id, name: String(form.get('name')), members: form.getAll('member').map(String) },
          { onSuccess: done },
        );
      }}
    >
      <TextInput
        name="name"
        label={t('people.teamName')}
        defaultValue={team?.name}
        autoFocus
        required
        withAsterisk={false}
        maxLength={100}
        error={error?.faultAt('name')}
      />
      <fieldset className={css.members}>
        <legend>{t('people.members')}</legend>
        {staff
          .filter((s) => s.enabled || team?.member_ids.includes(s.id))
          .map((s) => (
            <Checkbox key={s.id} name="member" value={s.id} label={s.name} defaultChecked={team?.member_ids.includes(s.id)} />
          ))}
      </fieldset>
      {error && !error.faultAt('name') && <ErrorNote error={error} />}
      <div className={css.steps}>
        <Button type="submit" size="xs" loading={save.isPending}>
          {t('people.saveTeam')}
        </Button>
        <Button type="button" size="xs" variant="default" onClick={done}>
          {t('app.cancel')}
        </Button>
        {team && (
          <Button
            type="button"
            size="xs"
            variant="subtle"
            color="red"
            loading={remove.isPending}
            onClick={() =>
              remove.mutate(team.id, {
                onError: failed,
                onSuccess: () => {
                  toast(t('people.teamDeleted', { name: team.name }));
                  done();
                },
              })
            }
          >
            {t('people.deleteTeam')}
          </Button>
        )}
      </div>
    </form>
  );
}
