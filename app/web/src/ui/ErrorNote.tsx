import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { asApiError, unreachable, type ApiError } from '@/api/problem';
import { IconAlert } from './icons';
import css from './ErrorNote.module.css';

/** Puts a failure into words: the server's own where there are any. */
export function useErrorWords() {
  const { t } = useTranslation();
  return (thrown: unknown): string => {
    const err = asApiError(thrown);
    if (err.detail) return err.detail;
    return err.code === unreachable ? t('error.unreachable') : t('error.unreadable', { status: err.status });
  };
}

/** A failure where it happened: in words, with the code and the request's id for whoever has to find out. */
export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const err: ApiError = asApiError(error);
  return (
    <div className={css.note} role="alert">
      <IconAlert className={css.icon} size={18} />
      <div>
        <p>{words(err)}</p>
        <p className={css.code}>
          {t('error.code')} {err.code}
          {err.requestId && (
            <>
              {' · '}
              {t('error.requestId')} {err.requestId}
            </>
          )}
        </p>
        {retry && (
          <Button size="xs" variant="default" mt="xs" onClick={retry}>
            {t('app.tryAgain')}
          </Button>
        )}
      </div>
    </div>
  );
}
