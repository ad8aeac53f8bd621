import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect, Outlet } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { asApiError } from '@/api/problem';
import { problemOf, waysIn, type Problem } from '@/features/session/arrival';
import { readConnectSearch } from '@/features/channels/connect/connect';
import { readContactSearch } from '@/features/contacts/contacts';
import { readReportSearch } from '@/features/reports/reports';
import { readCampaignSearch } from '@/features/leads/campaigns';
import { readFormsSearch } from '@/features/leads/leads';
import { meQuery } from '@/features/session/session';
import { readAuditSearch, readChannelSearch, readDeliverySearch, readEventSearch } from '@/features/trust/search';
import { readTaskSearch } from '@/features/tasks/search';
import { TasksScreen } from '@/features/tasks/TasksScreen';
import { loadTaskPane } from '@/features/tasks/loadTaskPane';
import { NoTask } from '@/features/tasks/NoTask';
import { Failed } from '@/ui/Boundary';
import { setLanguage } from '@/i18n';
import { NotFound } from './NotFound';
import { SignedIn } from './SignedIn';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

/** What the screen for signing in is told by whoever leads there. */
interface Arrival {
  back?: string;
  ended?: boolean;
  entered?: boolean;
  problem?: Problem;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): Arrival => ({
    // Only a path of our own: nobody is sent elsewhere by a link.
    back: typeof raw.back === 'string' && /^\/(?!\/)[^\s\\]*$/.test(raw.back) ? raw.back : undefined,
    ended: raw.ended === true || undefined,
    entered: raw.entered === true || undefined,
    problem: typeof raw.problem === 'string' ? problemOf(raw.problem) : undefined,
  }),
  beforeLoad: async ({ context }) => {
    if ((await waysIn(context.queryClient))?.set_up) throw redirect({ to: '/set-up' });
  },
  component: lazyRouteComponent(() => import('@/features/session/SignIn'), 'SignIn'),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  beforeLoad: async ({ context }) => {
    if ((await waysIn(context.queryClient))?.set_up === false) throw redirect({ to: '/sign-in' });
  },
  component: lazyRouteComponent(() => import('@/features/session/SetUp'), 'SetUp'),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('@/features/session/Forgot'), 'Forgot'),
});

const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('@/features/session/Reset'), 'Reset'),
});

const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('@/features/session/Join'), 'Join'),
});

const enrol = createRoute({
  getParentRoute: () => root,
  path: '/enrol',
  beforeLoad: async ({ context }) => {
    const me = await context.queryClient.ensureQueryData(meQuery).catch(() => null);
    if (!me?.must_enrol) throw redirect({ to: '/' });
  },
  component: lazyRouteComponent(() => import('@/features/session/EnrolScreen'), 'EnrolScreen'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    let me;
    try {
      me = await context.queryClient.ensureQueryData(meQuery);
      await setLanguage(me.language);
    } catch (thrown) {
      if (asApiError(thrown).status !== 401) throw thrown;
      throw redirect({ to: '/sign-in', search: { back: location.href === '/' ? undefined : location.href } });
    }
    if (me.must_enrol) throw redirect({ to: '/enrol' });
  },
  component: SignedIn,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/tasks' });
  },
});

const tasks = createRoute({
  getParentRoute: () => signedIn,
  path: '/tasks',
  validateSearch: readTaskSearch,
  component: TasksScreen,
});
const noTask = createRoute({ getParentRoute: () => tasks, path: '/', component: NoTask });
const task = createRoute({ getParentRoute: () => tasks, path: '$taskId', component: lazyRouteComponent(loadTaskPane, 'TaskPane') });

const settings = createRoute({
  getParentRoute: () => signedIn,
  id: 'settings',
  component: lazyRouteComponent(() => import('@/features/settings/SettingsLayout'), 'SettingsLayout'),
});
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/features/settings/SettingsScreen'), 'SettingsScreen'),
});
const channels = createRoute({
  getParentRoute: () => settings,
  path: '/channels',
  component: lazyRouteComponent(() => import('@/features/channels/ChannelsScreen'), 'ChannelsScreen'),
});
const connect = createRoute({
  getParentRoute: () => settings,
  path: '/channels/connect',
  validateSearch: readConnectSearch,
  component: lazyRouteComponent(() => import('@/features/channels/connect/ConnectScreen'), 'ConnectScreen'),
});
const channel = createRoute({
  getParentRoute: () => settings,
  path: '/channels/$channelId',
  component: lazyRouteComponent(() => import('@/features/channels/ChannelScreen'), 'ChannelScreen'),
});
const leadForms = createRoute({
  getParentRoute: () => settings,
  path: '/settings/lead-forms',
  validateSearch: readFormsSearch,
  component: lazyRouteComponent(() => import('@/features/leads/LeadFormsScreen'), 'LeadFormsScreen'),
});
const leadForm = createRoute({
  getParentRoute: () => settings,
  path: '/settings/lead-forms/$formId',
  component: lazyRouteComponent(() => import('@/features/leads/LeadFormScreen'), 'LeadFormScreen'),
});
const campaigns = createRoute({
  getParentRoute: () => settings,
  path: '/settings/campaigns',
  validateSearch: readCampaignSearch,
  component: lazyRouteComponent(() => import('@/features/leads/CampaignsScreen'), 'CampaignsScreen'),
});

const myself = createRoute({
  getParentRoute: () => settings,
  path: '/settings/me',
  component: lazyRouteComponent(() => import('@/features/me/MeScreen'), 'MeScreen'),
});

const people = createRoute({
  getParentRoute: () => settings,
  path: '/settings/people',
  component: lazyRouteComponent(() => import('@/features/people/PeopleScreen'), 'PeopleScreen'),
});

const labels = createRoute({
  getParentRoute: () => settings,
  path: '/settings/labels',
  component: lazyRouteComponent(() => import('@/features/labels/LabelsScreen'), 'LabelsScreen'),
});

const account = createRoute({
  getParentRoute: () => settings,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('@/features/account/AccountScreen'), 'AccountScreen'),
});

const configuration = createRoute({
  getParentRoute: () => settings,
  path: '/settings/configuration',
  component: lazyRouteComponent(() => import('@/features/configuration/ConfigurationScreen'), 'ConfigurationScreen'),
});

const health = createRoute({
  getParentRoute: () => settings,
  path: '/settings/health',
  component: lazyRouteComponent(() => import('@/features/trust/HealthScreen'), 'HealthScreen'),
});
const deliveries = createRoute({
  getParentRoute: () => settings,
  path: '/settings/deliveries',
  validateSearch: readDeliverySearch,
  component: lazyRouteComponent(() => import('@/features/trust/DeliveriesScreen'), 'DeliveriesScreen'),
});
const events = createRoute({
  getParentRoute: () => settings,
  path: '/settings/events',
  validateSearch: readEventSearch,
  component: lazyRouteComponent(() => import('@/features/trust/EventsScreen'), 'EventsScreen'),
});
const completeness = createRoute({
  getParentRoute: () => settings,
  path: '/settings/completeness',
  validateSearch: readChannelSearch,
  component: lazyRouteComponent(() => import('@/features/trust/CompletenessScreen'), 'CompletenessScreen'),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: '/settings/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('@/features/trust/AuditScreen'), 'AuditScreen'),
});
const review = createRoute({
  getParentRoute: () => settings,
  path: '/settings/review',
  component: lazyRouteComponent(() => import('@/features/trust/ReviewScreen'), 'ReviewScreen'),
});

const objectTemplates = createRoute({
  getParentRoute: () => settings,
  path: '/settings/templates',
  component: lazyRouteComponent(() => import('@/features/templates/TemplatesScreen'), 'ObjectTemplatesScreen'),
});
const objectTemplate = createRoute({
  getParentRoute: () => settings,
  path: '/settings/templates/$templateId',
  component: lazyRouteComponent(() => import('@/features/templates/EditorScreen'), 'ObjectTemplateScreen'),
});
const contactTemplates = createRoute({
  getParentRoute: () => settings,
  path: '/settings/contact-templates',
  component: lazyRouteComponent(() => import('@/features/templates/TemplatesScreen'), 'ContactTemplatesScreen'),
});
const contactTemplate = createRoute({
  getParentRoute: () => settings,
  path: '/settings/contact-templates/$templateId',
  component: lazyRouteComponent(() => import('@/features/templates/EditorScreen'), 'ContactTemplateScreen'),
});
const statusSets = createRoute({
  getParentRoute: () => settings,
  path: '/settings/status-sets',
  component: lazyRouteComponent(() => import('@/features/templates/StatusSetsScreen'), 'StatusSetsScreen'),
});
const templates = [objectTemplates, objectTemplate, contactTemplates, contactTemplate, statusSets];

const access = createRoute({
  getParentRoute: () => settings,
  path: '/settings/access',
  component: lazyRouteComponent(() => import('@/features/access/AccessScreen'), 'AccessScreen'),
});

const replies = createRoute({
  getParentRoute: () => signedIn,
  path: '/replies',
  component: lazyRouteComponent(() => import('@/features/replies/RepliesScreen'), 'RepliesScreen'),
});

const reports = createRoute({
  getParentRoute: () => signedIn,
  path: '/reports',
  validateSearch: readReportSearch,
  component: lazyRouteComponent(() => import('@/features/reports/ReportsScreen'), 'ReportsScreen'),
});

const contacts = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts',
  validateSearch: readContactSearch,
  component: lazyRouteComponent(() => import('@/features/contacts/ContactsScreen'), 'ContactsScreen'),
});
const contact = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts/$contactId',
  component: lazyRouteComponent(() => import('@/features/contacts/ContactScreen'), 'ContactScreen'),
});
const duplicates = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts/duplicates',
  component: lazyRouteComponent(() => import('@/features/contacts/DuplicatesScreen'), 'DuplicatesScreen'),
});
const contactGroups = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts/groups',
  component: lazyRouteComponent(() => import('@/features/contacts/GroupsScreen'), 'GroupsScreen'),
});
const contactImport = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts/import',
  component: lazyRouteComponent(() => import('@/features/contacts/ImportScreen'), 'ImportScreen'),
});

/** The system's colours and parts, as they are: for whoever builds a screen. It shows nothing of the account. */
const design = createRoute({
  getParentRoute: () => signedIn,
  path: '/design',
  component: lazyRouteComponent(() => import('@/features/design/DesignScreen'), 'DesignScreen'),
});

const entrance = [signIn, setUp, forgot, newPassword, join, enrol];
const tree = root.addChildren([
  ...entrance,
  signedIn.addChildren([
    home,
    tasks.addChildren([noTask, task]),
    replies,
    reports,
    contacts,
    contact,
    duplicates,
    contactGroups,
    contactImport,
    settings.addChildren([settingsHome, channels, people, labels, account, configuration, health, deliveries, events, completeness, audit, review, ...templates, connect, channel, leadForms, leadForm, campaigns, access, myself]),
    design,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: false,
    defaultPendingMs: 300,
    defaultErrorComponent: ({ error, reset }) => <Failed error={error} again={reset} />,
    defaultNotFoundComponent: NotFound,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
