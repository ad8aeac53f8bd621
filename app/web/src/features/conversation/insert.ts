/** Puts words where the caret stands, and the caret behind them. */
export function insert(field: HTMLTextAreaElement | null, words: string, write: (text: string) => void) {
  if (!field) return;
  const { value, selectionStart: from, selectionEnd: to } = field;
  write(value.slice(0, from) + words + value.slice(to));
  requestAnimationFrame(() => {
    field.focus();
    field.setSelectionRange(from + words.length, from + words.length);
    field.dispatchEvent(new Event('click'));
  });
}
