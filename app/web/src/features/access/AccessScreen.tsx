import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { Meter } from './AccessCell';
import { accessQuery, roles } from './access';
import { AccessTable } from './Table';
import css from './access.module.css';

/** Who may do what on which channel. */
export function AccessScreen() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const { data, error, refetch } = useQuery({ ...accessQuery, enabled: admin });
  return (
    <div className={css.screen}>
      <ScreenHead title={t('access.title')} />
      <div className={css.body}>
        <p className={css.text}>{t(admin ? 'access.intro' : 'access.onlyAdmins')}</p>
        {admin && (
          <dl className={css.legend}>
            {roles.map((r) => (
              <div key={r}>
                <dt>
                  <Meter role={r} />
                  {t(`access.role.${r}`)}
                </dt>
                <dd>{t(`access.hint.${r}`)}</dd>
              </div>
            ))}
          </dl>
        )}
        {error && <ErrorNote error={error} retry={() => void refetch()} />}
        {admin && !data && !error && <div className={css.skeleton} aria-hidden="true" />}
        {data && data.channels.length === 0 && (
          <p className={css.empty}>
            {t('access.noChannels')} <Link to="/channels">{t('access.toChannels')}</Link>
          </p>
        )}
        {data && data.channels.length > 0 && <AccessTable matrix={data} channels={data.channels} />}
      </div>
    </div>
  );
}
