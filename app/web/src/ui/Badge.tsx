import type { HTMLAttributes } from 'react';
import css from './Badge.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'accent';

/** A word about a thing, such as its state. What the colour says, the word says too. */
export function Badge({ tone, className, ...rest }: { tone?: Tone } & HTMLAttributes<HTMLSpanElement>) {
  return <span className={[css.badge, className].filter(Boolean).join(' ')} data-tone={tone} {...rest} />;
}
