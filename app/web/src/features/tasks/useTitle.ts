import { useEffect } from 'react';
import { useTallies } from './tallies';
import { many } from './tasks';

/** The tab's picture, without and with a dot. Both are files: the page's policy takes no pictures made in it. */
const pictures = { plain: '/favicon.svg', dot: '/favicon-dot.svg' };

/** Tells in the browser's tab how many tasks of one's own are unread: a number before the title, a dot on the picture. */
export function useUnreadInTab() {
  const unread = useTallies().unread ?? 0;
  useEffect(() => {
    const picture = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (picture) picture.href = unread > 0 ? pictures.dot : pictures.plain;
    const badge = unread > 0 ? `(${unread >= many ? `${many - 1}+` : unread}) ` : '';
    const put = () => {
      const bare = document.title.replace(/^\(\d+\+?\) /, '');
      if (document.title !== badge + bare) document.title = badge + bare;
    };
    put();
    // Screens name the page themselves, whenever they come and go.
    const title = document.querySelector('title');
    const watch = new MutationObserver(put);
    if (title) watch.observe(title, { childList: true });
    return () => watch.disconnect();
  }, [unread]);
}
