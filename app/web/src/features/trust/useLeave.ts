import { useTranslation } from 'react-i18next';
import { toast, useFailureToast } from '@/ui/toast';
import { useMessageSteps } from './trust';

/** Leaves messages alone that did not go, which can be taken back; or takes them up again. */
export function useLeave() {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { leave } = useMessageSteps();
  const go = (ids: string[], alone: boolean, done?: () => void) =>
    leave.mutate(
      { ids, leave: alone },
      {
        onError: failed,
        onSuccess: ({ count, skipped }) => {
          const all = skipped.length === 0;
          if (!alone) toast(t(all ? 'trust.delivery.takenUp' : 'trust.delivery.someTakenUp', { count, skipped: skipped.length }));
          else {
            const kept = new Set(skipped.map((s) => s.id));
            const left = ids.filter((id) => !kept.has(id));
            const words = t(all ? 'trust.delivery.left' : 'trust.delivery.someLeft', { count, skipped: skipped.length });
            toast(words, left.length > 0 ? { words: t('trust.delivery.undo'), act: () => go(left, false) } : undefined);
          }
          done?.();
        },
      },
    );
  return { leave: go, pending: leave.isPending };
}
