import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { useErrorWords } from './ErrorNote';

/** Says what failed where there is no better place for it. */
export function useFailureToast() {
  const { t } = useTranslation();
  const words = useErrorWords();
  return useCallback(
    (thrown: unknown) => {
      const err = asApiError(thrown);
      notifications.show({
        id: `failure-${err.code}`,
        color: 'red',
        title: words(err),
        message: `${t('error.code')} ${err.code}${err.requestId ? ` · ${t('error.requestId')} ${err.requestId}` : ''}`,
        autoClose: 8000,
        closeButtonProps: { 'aria-label': t('app.close') },
      });
    },
    // eslint-disable-next-line react/exhaustive-deps -- words changes with the language only, as t does
    [t],
  );
}

/** Says that something was done. */
export function toast(message: string) {
  notifications.show({ message, autoClose: 3000, withCloseButton: false });
}
