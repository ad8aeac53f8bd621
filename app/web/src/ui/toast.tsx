import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { useErrorWords } from './ErrorNote';
import { IconAlert, IconCheck, IconClose } from './icons';
import css from './toast.module.css';

interface Toast {
  id: number;
  words: string;
  detail?: string;
  bad: boolean;
  action?: Action;
}

/** What can be done about what was said: as a rule, taking it back. */
interface Action {
  words: string;
  act: () => void;
}

const shownFor = { good: 3500, bad: 10_000, action: 8000 };
let toasts: Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();

function change(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number) {
  change(toasts.filter((x) => x.id !== id));
}

/** What has just been said is not said twice. */
function say(words: string, bad: boolean, detail?: string, action?: Action) {
  const others = toasts.filter((x) => x.words !== words);
  change([...others.slice(-2), { id: ++count, words, detail, bad, action }]);
}

/** Says that something was done, and offers to take it back where that can be done. */
export function toast(words: string, action?: Action) {
  say(words, false, undefined, action);
}

/** Says what failed where there is no better place for it: in words, with the code and the request for who looks into it. */
export function useFailureToast() {
  const { t } = useTranslation();
  const words = useErrorWords();
  const latest = useRef(words);
  useEffect(() => {
    latest.current = words;
  });
  return useCallback(
    (thrown: unknown) => {
      const err = asApiError(thrown);
      const request = err.requestId && ` · ${t('error.requestId')} ${err.requestId}`;
      say(err.faults[0]?.message ?? latest.current(err), true, `${t('error.code')} ${err.code}${request}`);
    },
    [t],
  );
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Where it is said. */
export function Toasts() {
  const all = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className={css.toasts}>
      <div aria-live="polite">
        {all.map((x) => !x.bad && <Item key={x.id} toast={x} />)}
      </div>
      <div aria-live="assertive">
        {all.map((x) => x.bad && <Item key={x.id} toast={x} />)}
      </div>
    </div>
  );
}

function Item({ toast: x }: { toast: Toast }) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = setTimeout(() => dismiss(x.id), x.bad ? shownFor.bad : x.action ? shownFor.action : shownFor.good);
    return () => clearTimeout(timer);
  }, [x]);
  return (
    <div className={css.toast} data-bad={x.bad || undefined}>
      {x.bad ? <IconAlert size={18} /> : <IconCheck size={18} />}
      <div>
        <p>{x.words}</p>
        {x.detail && <small>{x.detail}</small>}
      </div>
      {x.action && (
        <button
          type="button"
          className={css.action}
          onClick={() => {
            x.action?.act();
            dismiss(x.id);
          }}
        >
          {x.action.words}
        </button>
      )}
      <button type="button" aria-label={t('app.close')} onClick={() => dismiss(x.id)}>
        <IconClose size={14} />
      </button>
    </div>
  );
}
