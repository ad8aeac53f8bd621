import { useState } from 'react';
import type { Contact } from '@/api/types';
import { Face } from '@/ui/Face';
import css from './contacts.module.css';

/** Who a contact is, by their profile picture where one is stored, else by their initials. The name is always written beside it. */
export function Portrait({ contact: c, size = 28 }: { contact: Pick<Contact, 'id' | 'name' | 'kind' | 'avatar_url'>; size?: number }) {
  const [broken, setBroken] = useState('');
  if (!c.avatar_url || broken === c.avatar_url) return <Face name={c.name} id={c.id} size={size} square={c.kind === 'company'} />;
  return (
    <img
      className={css.portrait}
      data-square={c.kind === 'company' || undefined}
      src={c.avatar_url}
      alt=""
      width={size}
      height={size}
      loading="lazy"
      onError={() => setBroken(c.avatar_url ?? '')}
    />
  );
}
