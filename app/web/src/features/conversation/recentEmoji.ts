const key = 'kontor.emoji';
const most = 16;
const common = ['👍️', '🙂', '😊', '🙏', '❤️', '🎉', '😂', '👋', '✅', '😉'];

/** Those used last here, the last one first; before there are any, those that people use most. */
export function recentEmoji(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    if (Array.isArray(kept) && kept.length > 0) return kept.filter((e) => typeof e === 'string').slice(0, most);
  } catch {
    // storage is closed to us, or holds something else
  }
  return common;
}

export function usedEmoji(emoji: string) {
  try {
    localStorage.setItem(key, JSON.stringify([emoji, ...recentEmoji().filter((e) => e !== emoji)].slice(0, most)));
  } catch {
    // then it is not remembered
  }
}
