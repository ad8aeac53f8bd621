import { memo } from 'react';
import css from './Text.module.css';

const link = /\bhttps?:\/\/[^\s<>"'{}|\\^`[\]]+[^\s<>"'{}|\\^`[\].,;:!?)]/g;

/** What somebody wrote: as text, never as HTML. Links can be followed; nothing of ours goes along. */
export const Text = memo(function Text({ text }: { text: string }) {
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const found of text.matchAll(link)) {
    parts.push(text.slice(at, found.index));
    parts.push(
      <a key={found.index} href={found[0]} target="_blank" rel="noopener noreferrer nofollow">
        {found[0]}
      </a>,
    );
    at = found.index + found[0].length;
  }
  parts.push(text.slice(at));
  return (
    <div className={css.text} dir="auto">
      {parts}
    </div>
  );
});
