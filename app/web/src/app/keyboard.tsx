import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';

/** What a key does, by its name: a single key, `mod+enter`, or two in a row as `g t`. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

interface Keyboard {
  enabled: boolean;
  setEnabled: (on: boolean) => void;
  layers: Set<{ current: Shortcuts }>;
}

const remembered = 'kontor.shortcuts';
const pairTime = 900;

const Context = createContext<Keyboard | null>(null);

/** Whether single-key shortcuts are on. WCAG 2.1.4 asks for a way to switch them off. */
export function useKeyboard() {
  const keyboard = useContext(Context);
  if (!keyboard) throw new Error('KeyboardProvider is missing');
  return keyboard;
}

/** Makes keys work for as long as the component is shown. The one shown last is asked first. */
export function useShortcuts(shortcuts: Shortcuts) {
  const { layers } = useKeyboard();
  const latest = useRef(shortcuts);
  useLayoutEffect(() => {
    latest.current = shortcuts; // as it is drawn: a key that is pressed right after must not act on what was
  });
  useEffect(() => {
    layers.add(latest);
    return () => void layers.delete(latest);
  }, [layers]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** A control that uses the key itself: Enter on a button, letters in an open menu. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role=menu],[role=listbox],[role=dialog]')) return true;
  return (event.key === 'Enter' || event.key === ' ') && target.closest('a,button,[role=button]') !== null;
}

export function KeyboardProvider({ children }: { children: ReactNode }) {
  const [enabled, setOn] = useState(() => localStorage.getItem(remembered) !== 'off');
  const [layers] = useState<Keyboard['layers']>(() => new Set());

  useEffect(() => {
    let first = '';
    let at = 0;
    const onKey = (event: KeyboardEvent) => {
      if (!enabled || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || isTaken(event)) return;
      const pair = event.timeStamp - at < pairTime && first ? `${first} ${event.key}` : '';
      for (const layer of [...layers].toReversed()) {
        const act = (pair && layer.current[pair]) || layer.current[event.key];
        if (act) {
          event.preventDefault();
          first = '';
          act(event);
          return;
        }
      }
      first = event.key;
      at = event.timeStamp;
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [enabled, layers]);

  const keyboard = useMemo(
    () => ({
      enabled,
      layers,
      setEnabled: (on: boolean) => {
        setOn(on);
        localStorage.setItem(remembered, on ? 'on' : 'off');
      },
    }),
    [enabled, layers],
  );
  return <Context value={keyboard}>{children}</Context>;
}
