import type { FC, SVGProps } from 'react';
import {
  IconAt,
  IconBolt,
  IconBook,
  IconColumns,
  IconDone,
  IconFile,
  IconGear,
  IconLock,
  IconPlug,
  IconPost,
  IconPulse,
  IconSend,
  IconStamp,
  IconTag,
  IconUser,
  IconUsers,
  IconVault,
} from '@/ui/icons';

/** A screen of the settings. Its words are `settings.<key>` and, in a sentence, `settings.hint.<key>`. */
interface Place {
  key: string;
  to: string;
  icon: FC<SVGProps<SVGSVGElement> & { size?: number }>;
  /** Others do not see it; the server refuses them anyway. */
  admin: boolean;
}

const sections = [
  {
    key: 'intake',
    places: [
      { key: 'channels', to: '/channels', icon: IconPlug, admin: false },
      { key: 'templates', to: '/settings/templates', icon: IconPost, admin: false },
      { key: 'contactTemplates', to: '/settings/contact-templates', icon: IconAt, admin: false },
      { key: 'statusSets', to: '/settings/status-sets', icon: IconDone, admin: false },
      { key: 'leadForms', to: '/settings/lead-forms', icon: IconBolt, admin: false },
      { key: 'labels', to: '/settings/labels', icon: IconTag, admin: true },
    ],
  },
  {
    key: 'account',
    places: [
      { key: 'account', to: '/settings/account', icon: IconGear, admin: true },
      { key: 'people', to: '/settings/people', icon: IconUsers, admin: true },
      { key: 'access', to: '/settings/access', icon: IconLock, admin: true },
      { key: 'configuration', to: '/settings/configuration', icon: IconFile, admin: true },
    ],
  },
  {
    key: 'trust',
    places: [
      { key: 'health', to: '/settings/health', icon: IconPulse, admin: true },
      { key: 'deliveries', to: '/settings/deliveries', icon: IconSend, admin: true },
      { key: 'events', to: '/settings/events', icon: IconVault, admin: true },
      { key: 'completeness', to: '/settings/completeness', icon: IconColumns, admin: true },
      { key: 'audit', to: '/settings/audit', icon: IconBook, admin: true },
      { key: 'review', to: '/settings/review', icon: IconStamp, admin: true },
    ],
  },
  {
    key: 'own',
    places: [{ key: 'me', to: '/settings/me', icon: IconUser, admin: false }],
  },
] as const satisfies { key: string; places: Place[] }[];

/** The screens of the settings that somebody may open, in groups. */
export function sectionsFor(admin: boolean) {
  return sections
    .map((s) => ({ key: s.key, places: s.places.filter((p: Place) => admin || !p.admin) }))
    .filter((s) => s.places.length > 0);
}
