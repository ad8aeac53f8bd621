import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { CopyOnce } from '@/ui/CopyOnce';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { useInvitationSteps, type Role } from './people';
import css from './People.module.css';

/** Invites somebody by e-mail, or shows the link to hand on where no mail can be sent. */
export function InviteForm({ owner, done }: { owner: boolean; done: () => void }) {
  const { t } = useTranslation();
  const { invite } = useInvitationSteps();
  const error = invite.error ? asApiError(invite.error) : null;
  const roles: Role[] = owner ? ['member', 'admin', 'owner'] : ['member', 'admin'];
  if (invite.data?.link) {
    return <CopyOnce value={invite.data.link} words={t('people.inviteLink', { email: invite.data.email })} done={done} />;
  }
  return (
    <form
      className={css.form}
      aria-label={t('people.invite')}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        invite.mutate(
          { email: String(form.get('email')), role: String(form.get('role')) as Role },
          {
            onSuccess: (made) => {
              if (made.link) return;
              toast(t('people.invited', { email: made.email }));
              done();
            },
          },
        );
      }}
    >
      <h2>{t('people.invite')}</h2>
      <p className={css.text}>{t('people.inviteHint')}</p>
      <div className={css.pair}>
        <TextInput
          name="email"
          type="email"
          label={t('session.email')}
          autoComplete="off"
          autoFocus
          required
          withAsterisk={false}
          error={error?.faultAt('email')}
        />
        <NativeSelect name="role" label={t('people.role')} data={roles.map((r) => ({ value: r, label: t(`session.role.${r}`) }))} />
      </div>
      <p className={css.text}>{t('people.roleHint')}</p>
      {error && !error.faultAt('email') && <ErrorNote error={error} />}
      <div className={css.steps}>
        <Button type="submit" size="xs" loading={invite.isPending}>
          {t('people.inviteSubmit')}
        </Button>
        <Button type="button" size="xs" variant="default" onClick={done}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  );
}
