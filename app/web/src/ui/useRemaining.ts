import { useEffect, useState } from 'react';
import { serverNow } from '@/api/clock';

/** Milliseconds left until a time by the server's clock, counted down by whole steps. Null when there is nothing to wait for. */
export function useRemaining(until: string | null | undefined, step = 1000): number | null {
  const end = until ? Date.parse(until) : null;
  const left = () => (end === null ? null : Math.max(0, end - serverNow()));
  const [remaining, setRemaining] = useState(left);
  useEffect(() => {
    setRemaining(left());
    if (end === null) return;
    const timer = setInterval(() => {
      const now = left();
      setRemaining(now);
      if (!now) clearInterval(timer);
    }, step);
    return () => clearInterval(timer);
    // oxlint-disable-next-line react/exhaustive-deps -- left depends on end alone
  }, [end, step]);
  return remaining;
}
