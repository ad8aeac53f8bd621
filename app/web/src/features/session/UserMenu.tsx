import { Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { signedOut } from '@/app/leave';
import { AwayItems, useAwayDialog, type Presence } from '@/features/people/Away';
import { languages, setLanguage, type Language } from '@/i18n';
import { Face } from '@/ui/Face';
import { IconChevron, IconOut, IconSwitch, IconUser } from '@/ui/icons';
import { useFailureToast } from '@/ui/toast';
import { useChangeMe, useMe, useSwitchAccount } from './session';
import css from './UserMenu.module.css';

const schemes: MantineColorScheme[] = ['light', 'dark', 'auto'];

/** Who has signed in, and what they may set for themselves. */
export function UserMenu() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const router = useRouter();
  const queryClient = useQueryClient();
  const failed = useFailureToast();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const change = useChangeMe();
  const switchTo = useSwitchAccount();
  const signOut = useMutation({
    mutationFn: () => api.DELETE('/session'),
    onSuccess: () => signedOut(router, queryClient),
    onError: failed,
  });
  const speak = (language: Language) => {
    void setLanguage(language);
    change.mutate({ language }, { onError: failed });
  };
  const setPresence = (p: Presence) => change.mutate(p, { onError: failed });
  const away = useAwayDialog(setPresence);
  return (
    <>
      <Menu position="top-start" width={240} shadow="md" withinPortal>
        <Menu.Target>
          <button type="button" className={css.me}>
            <Face name={me.name} id={me.id} size={24} />
            <span className={css.name}>
              <span className="sr">{`${t('session.menu')}: `}</span>
              {me.name}
            </span>
            <span className={me.available ? css.here : css.away} />
            <IconChevron size={14} className={css.chevron} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={css.head}>
            <strong>{me.name}</strong>
            <span>{me.email}</span>
            <span>
              {t(`session.role.${me.role}`)} · {me.account.name}
            </span>
          </div>
          <Menu.Item leftSection={<IconUser />} component={Link} to="/settings/me">
            {t('session.account')}
          </Menu.Item>
          <AwayItems available={me.available} until={me.away_until} set={setPresence} ask={away.ask} />
          <Menu.Divider />
          <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
            <Menu.Label>{t('session.scheme')}</Menu.Label>
            {schemes.map((s) => (
              <Menu.RadioItem key={s} value={s}>
                {t(`session.schemes.${s}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.RadioGroup value={i18n.language} onChange={(value) => speak(value as Language)}>
            <Menu.Label>{t('session.language')}</Menu.Label>
            {languages.map((l) => (
              <Menu.RadioItem key={l} value={l} lang={l}>
                {t(`session.languages.${l}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          {me.accounts.length > 1 && (
            <>
              <Menu.Label>{t('session.switchAccount')}</Menu.Label>
              {me.accounts
                .filter((a) => a.id !== me.account.id)
                .map((a) => (
                  <Menu.Item
                    key={a.id}
                    leftSection={<IconSwitch />}
                    onClick={() =>
                      switchTo.mutate(a.id, { onSuccess: () => void navigate({ to: '/tasks', search: {} }), onError: failed })
                    }
                  >
                    {a.name}
                  </Menu.Item>
                ))}
              <Menu.Divider />
            </>
          )}
          <Menu.Item leftSection={<IconOut />} onClick={() => signOut.mutate()}>
            {t('session.signOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {away.dialog}
    </>
  );
}
