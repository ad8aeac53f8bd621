import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { startOfLine, type Wrong } from './configuration';
import css from './configuration.module.css';

/** Brings a line into sight, with the cursor at its beginning. */
export interface EditorHandle {
  goTo: (line: number) => void;
}

interface Props {
  text: string;
  change: (text: string) => void;
  wrong: Wrong[];
  ref?: Ref<EditorHandle>;
}

/** The height of a line, in pixels: as in the stylesheet. */
const lineHeight = 19;

/** A text with numbered lines, of which the wrong ones are marked. A file can be dropped on it. */
export function Editor({ text, change, wrong, ref }: Props) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [over, setOver] = useState(false);
  const lines = text.split('\n').length;
  const marked = new Set(wrong.map((w) => w.line).filter((line) => line > 0));

  const goTo = (line: number) => {
    const at = area.current;
    if (!at) return;
    const start = startOfLine(text, line);
    at.focus({ preventScroll: true });
    at.setSelectionRange(start, start);
    at.scrollTop = Math.max(0, (line - 4) * lineHeight);
    at.scrollIntoView({ block: 'nearest' });
  };
  useImperativeHandle(ref, () => ({ goTo }));
  useEffect(() => setScrolled(area.current?.scrollTop ?? 0), [text]);

  return (
    <div
      className={css.editor}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) void file.text().then(change);
      }}
    >
      <div className={css.numbers} aria-hidden="true">
        <pre style={{ transform: `translateY(${-scrolled}px)` }}>{Array.from({ length: lines }, (_, i) => i + 1).join('\n')}</pre>
      </div>
      <div className={css.lines}>
        {[...marked].map((line) => (
          <div key={line} className={css.marked} style={{ top: 8 + (line - 1) * lineHeight - scrolled }} aria-hidden="true" />
        ))}
        <textarea
          ref={area}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
          aria-label={t('configuration.text')}
          aria-invalid={wrong.length > 0 || undefined}
          aria-describedby={wrong.length > 0 ? 'configuration-wrong' : undefined}
          placeholder={t('configuration.placeholder')}
          wrap="off"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
        />
      </div>
    </div>
  );
}
