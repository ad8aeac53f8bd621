import type { ReactNode } from 'react';
import css from './FileButton.module.css';

interface Props {
  /** The types to choose from, as the accept of an input. */
  accept: string;
  disabled?: boolean;
  choose: (file: File) => void;
  children: ReactNode;
}

/** A button that asks for a file; the same one can be chosen again. */
export function FileButton({ accept, disabled, choose, children }: Props) {
  return (
    <label className={css.file}>
      {children}
      <input
        type="file"
        accept={accept}
        disabled={disabled}
        onChange={(event) => {
          const at = event.currentTarget;
          const file = at.files?.[0];
          if (file) choose(file);
          at.value = '';
        }}
      />
    </label>
  );
}
