import { useTranslation } from 'react-i18next';
import { Keys } from '@/ui/Keys';
import { Mark } from '@/ui/Mark';
import css from './NoTask.module.css';

/** Beside the list, as long as no task is open. */
export function NoTask() {
  const { t } = useTranslation();
  return (
    <div className={css.none}>
      <Mark size={44} />
      <p>{t('tasks.choose')}</p>
      <dl>
        <div>
          <dt>{t('keys.next')}</dt>
          <dd>
            <Keys keys="j" />
          </dd>
        </div>
        <div>
          <dt>{t('keys.open')}</dt>
          <dd>
            <Keys keys="Enter" />
          </dd>
        </div>
        <div>
          <dt>{t('keys.search')}</dt>
          <dd>
            <Keys keys="/" />
          </dd>
        </div>
        <div>
          <dt>{t('keys.help')}</dt>
          <dd>
            <Keys keys="?" />
          </dd>
        </div>
      </dl>
    </div>
  );
}
