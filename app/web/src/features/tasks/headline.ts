import type { Task } from '@/api/types';

/** The lines of a task in a list. Templates like to begin titles with the contact's name, which stands above already. */
export function headline(task: Pick<Task, 'title' | 'snippet' | 'contact_name' | 'channel_name'>, nobody: string) {
  const who = task.contact_name || nobody;
  const prefix = `${task.contact_name}: `;
  const what = task.contact_name && task.title.startsWith(prefix) ? task.title.slice(prefix.length) : task.title;
  const same = task.snippet === what || what.endsWith('…') && task.snippet.startsWith(what.slice(0, -1).trimEnd());
  return { who, what, said: same || !task.snippet ? task.channel_name : task.snippet };
}
