import type { ReactNode } from 'react';
import css from './Editor.module.css';

/** A part of the editor, with what it is for. */
export function Section({ id, title, hint, children, side }: { id: string; title: string; hint?: string; children: ReactNode; side?: ReactNode }) {
  return (
    <section className={css.section} aria-labelledby={id}>
      <div className={css.sectionHead}>
        <h2 id={id}>{title}</h2>
        {side}
      </div>
      {hint && <p className={css.text}>{hint}</p>}
      {children}
    </section>
  );
}
