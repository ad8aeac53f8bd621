import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comment } from '@/api/types';
import { toast, useFailureToast } from '@/ui/toast';
import { useMessageSteps } from './comments';
import { restoreDraft } from './drafts';

/** Takes an answer back before it is sent, and puts its text into the answer box again. */
export function useUndo(taskId: string) {
  const { t } = useTranslation();
  const { cancel } = useMessageSteps(taskId);
  const failed = useFailureToast();
  return useCallback(
    async (c: Comment) => {
      try {
        await cancel.mutateAsync(c.deliveries.map((m) => m.message_id));
        // The files stay with the comment that was taken back: they have to be attached again.
        restoreDraft(taskId, 'public', { text: c.text, files: [] });
        if (c.attachments.length > 0) toast(t('composer.filesAgain'));
      } catch (thrown) {
        failed(thrown); // too late, mostly: it says so
      }
    },
    [cancel, failed, taskId, t],
  );
}
