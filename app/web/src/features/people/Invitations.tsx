import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fullTime } from '@/i18n/format';
import { CopyOnce } from '@/ui/CopyOnce';
import { IconMail } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { invitationsQuery, useInvitationSteps, type Invitation } from './people';
import css from './People.module.css';

/** Who was invited and has not come yet. */
export function Invitations() {
  const { t } = useTranslation();
  const { data } = useQuery(invitationsQuery);
  if (!data || data.items.length === 0) return null;
  return (
    <section className={css.section} aria-labelledby="people-invited">
      <h2 id="people-invited">{t('people.waiting')}</h2>
      <ul className={css.rows}>
        {data.items.map((i) => (
          <Row key={i.id} invitation={i} />
        ))}
      </ul>
    </section>
  );
}

function Row({ invitation: i }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { resend, revoke } = useInvitationSteps();
  const [link, setLink] = useState('');
  return (
    <li>
      <div className={css.row}>
        <span className={css.mail}>
          <IconMail />
        </span>
        <div className={css.what}>
          <strong>{i.email}</strong>
          <p>
            {t(`session.role.${i.role}`)} · {i.expired ? t('people.ranOut') : t('people.until', { time: fullTime(i.expires_at) })}
          </p>
        </div>
        <div className={css.badges}>
          {i.expired ? (
            <Badge tone="warn">
              {t('people.expired')}
            </Badge>
          ) : (
            <Badge tone={i.mail === 'sent' ? 'good' : i.mail === 'failed' ? 'bad' : undefined}>
              {t(`people.mail.${i.mail}`)}
            </Badge>
          )}
        </div>
        <Button
          size="compact-xs"
          variant="subtle"
          loading={resend.isPending}
          onClick={() =>
            resend.mutate(i.id, {
              onError: failed,
              onSuccess: (again) => (again.link ? setLink(again.link) : toast(t('people.invited', { email: i.email }))),
            })
          }
        >
          {i.mail === 'none' ? t('people.newLink') : t('people.resend')}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          color="red"
          loading={revoke.isPending}
          onClick={() => revoke.mutate(i.id, { onError: failed, onSuccess: () => toast(t('people.revoked', { email: i.email })) })}
        >
          {t('people.revoke')}
        </Button>
      </div>
      {link && <CopyOnce value={link} words={t('people.inviteLink', { email: i.email })} done={() => setLink('')} />}
    </li>
  );
}
