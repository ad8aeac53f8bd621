import { useEffect, useRef, useState, type RefObject } from 'react';

type Field = RefObject<HTMLTextAreaElement | null>;

/** Where the caret stands in a field, as one writes in it. */
export function useCaret(field: Field) {
  const [caret, setCaret] = useState(0);
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const look = () => setCaret(element.selectionStart);
    element.addEventListener('input', look);
    element.addEventListener('click', look);
    return () => {
      element.removeEventListener('input', look);
      element.removeEventListener('click', look);
    };
  }, [field]);

  /** Puts the caret somewhere once what was written is in the field. */
  const put = (to: number) =>
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(to, to);
      setCaret(to);
    });
  return { caret, put };
}

/** Lets one of several things be chosen by the field's own keys, before the field hears of them; returns the one in turn. */
export function useChoosing<T>(field: Field, found: T[], take: (x: T) => void, dismiss: () => void): T | undefined {
  const [cursor, setCursor] = useState(0);
  const at = Math.min(cursor, found.length - 1);
  const chosen = found[at];
  const keys = useRef<(event: KeyboardEvent) => void>(() => {});
  useEffect(() => {
    keys.current = (event) => {
      if (chosen === undefined || event.ctrlKey || event.metaKey || event.isComposing) return;
      const steps: Record<string, () => void> = {
        ArrowDown: () => setCursor((at + 1) % found.length),
        ArrowUp: () => setCursor((at + found.length - 1) % found.length),
        Enter: () => take(chosen),
        Tab: () => take(chosen),
        Escape: dismiss,
      };
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      step();
    };
  });
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const press = (event: KeyboardEvent) => keys.current(event);
    const begin = () => setCursor(0);
    element.addEventListener('keydown', press, { capture: true });
    element.addEventListener('input', begin);
    return () => {
      element.removeEventListener('keydown', press, { capture: true });
      element.removeEventListener('input', begin);
    };
  }, [field]);
  return chosen;
}
