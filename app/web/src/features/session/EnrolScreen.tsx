import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { signedOut } from '@/app/leave';
import { Enrol } from '@/features/me/Enrol';
import { Entrance } from './Entrance';
import { meQuery } from './session';
import css from './Entrance.module.css';

/** The account demands a second factor: it is set up before anything else. */
export function EnrolScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const queryClient = useQueryClient();
  return (
    <Entrance wide>
      <div className={css.form}>
        <h1>{t('session.mustEnrol')}</h1>
        <p className={css.text}>{t('session.mustEnrolText')}</p>
        <Enrol
          done={async () => {
            await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
            await navigate({ to: '/tasks', replace: true });
          }}
        />
        <p className={css.links}>
          <button
            type="button"
            className={css.plain}
            onClick={() => void api.DELETE('/session').then(() => signedOut(router, queryClient))}
          >
            {t('session.signOut')}
          </button>
        </p>
      </div>
    </Entrance>
  );
}
