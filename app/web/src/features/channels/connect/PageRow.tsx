import { Button, Loader } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { IconAlert, IconCheck } from '@/ui/icons';
import { AdviceList } from './AdviceList';
import type { Progress } from './ChoosePages';
import { isChoosable, type ConnectionPage } from './connect';
import css from './connect.module.css';

interface Props {
  page: ConnectionPage;
  checked: boolean;
  toggle: () => void;
  progress?: Progress;
  busy: boolean;
  retry: () => void;
}

/** One page: whether it can be connected, what is missing and how to mend it, and what became of it. */
export function PageRow({ page: p, checked, toggle, progress, busy, retry }: Props) {
  const { t } = useTranslation();
  const id = `page-${p.external_id}`;
  const errors = p.advice.filter((a) => a.level === 'error');
  const limits = p.advice.filter((a) => a.level !== 'error');
  return (
    <li className={css.page} data-status={p.status}>
      <input
        type="checkbox"
        id={id}
        checked={checked}
        disabled={!isChoosable(p) || busy}
        onChange={toggle}
        aria-describedby={`${id}-more`}
      />
      <div className={css.names}>
        <label htmlFor={id}>{p.name}</label>
        <div id={`${id}-more`}>
          <span className="tabular">{p.external_id}</span>
          {errors.length > 0 && <AdviceList advice={errors} />}
          {limits.length > 0 && (
            <details className={css.limits}>
              <summary>{t(errors.length > 0 ? 'connect.pages.alsoLimits' : 'connect.pages.limits', { count: limits.length })}</summary>
              <AdviceList advice={limits} />
            </details>
          )}
        </div>
      </div>
      <End page={p} progress={progress} busy={busy} retry={retry} />
    </li>
  );
}

function End({ page: p, progress, busy, retry }: Pick<Props, 'page' | 'progress' | 'busy' | 'retry'>) {
  const { t } = useTranslation();
  if (progress === 'waiting') return <span className={css.status}>{t('connect.pages.waiting')}</span>;
  if (progress === 'working') {
    return (
      <span className={css.status}>
        <Loader size={14} /> {t('connect.pages.working')}
      </span>
    );
  }
  if (progress?.outcome === 'refused') {
    return (
      <span className={css.refused}>
        <span className={css.bad}>
          <IconAlert /> {progress.error?.text}
        </span>
        <Button size="compact-xs" variant="default" disabled={busy} onClick={retry}>
          {t('app.tryAgain')}
          <span className="sr">: {p.name}</span>
        </Button>
      </span>
    );
  }
  if (progress) {
    return (
      <span className={css.status} data-good>
        <IconCheck size={14} /> {t(`connect.pages.${progress.outcome}`)}
      </span>
    );
  }
  return (
    <span className={css.status}>
      {p.channel_id ? (
        <Link to="/channels/$channelId" params={{ channelId: p.channel_id }}>
          {t(`connect.status.${p.status}`)}
        </Link>
      ) : (
        t(`connect.status.${p.status}`)
      )}
    </span>
  );
}
