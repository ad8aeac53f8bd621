import { ActionIcon, Menu } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAdmin, type Me } from '@/features/session/session';
import { CopyOnce } from '@/ui/CopyOnce';
import { Face } from '@/ui/Face';
import { IconDots } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { useStaffSteps, type Role, type Staff } from './people';
import css from './People.module.css';

/** Somebody who works here, and what can be done about it. */
export function PersonRow({ person: p, me }: { person: Staff; me: Me }) {
  const { t } = useTranslation();
  const [link, setLink] = useState('');
  const mayChange = isAdmin(me) && (p.role !== 'owner' || me.role === 'owner');
  return (
    <li>
      <div className={css.row} data-off={!p.enabled || undefined}>
        <Face name={p.name} id={p.id} size={30} />
        <div className={css.what}>
          <strong>
            {p.name}
            {p.id === me.id && <span className={css.you}> {t('people.you')}</span>}
          </strong>
          <p>{p.email}</p>
        </div>
        <div className={css.badges}>
          {!p.enabled && (
            <span className={css.badge} data-bad>
              {t('people.disabled')}
            </span>
          )}
          {p.enabled && <span className={css.badge} data-good={p.available || undefined}>{p.available ? t('people.available') : t('people.away')}</span>}
          <span className={css.badge} data-good={p.second_factor || undefined}>
            {p.second_factor ? t('people.factorOn') : t('people.factorOff')}
          </span>
          <span className={css.role}>{t(`session.role.${p.role}`)}</span>
        </div>
        <span className={css.more}>{mayChange && <PersonMenu person={p} me={me} show={setLink} />}</span>
      </div>
      {link && <CopyOnce value={link} words={t('people.resetLink', { name: p.name })} done={() => setLink('')} />}
    </li>
  );
}

const roles: Role[] = ['member', 'admin', 'owner'];

function PersonMenu({ person: p, me, show }: { person: Staff; me: Me; show: (link: string) => void }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { change, resetFactor, offerReset } = useStaffSteps(p.id);
  const own = p.id === me.id;
  return (
    <Menu position="bottom-end" width={250} shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('people.more', { name: p.name })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={p.role} onChange={(role) => change.mutate({ role: role as Role }, { onError: failed })}>
          <Menu.Label>{t('people.role')}</Menu.Label>
          {roles.map((role) => (
            <Menu.RadioItem key={role} value={role} disabled={role === 'owner' && me.role !== 'owner'}>
              {t(`session.role.${role}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.CheckboxItem checked={p.available} onChange={(available) => change.mutate({ available }, { onError: failed })}>
          {t('people.available')}
        </Menu.CheckboxItem>
        {!own && (
          <>
            <Menu.Divider />
            <Menu.Item
              onClick={() =>
                offerReset.mutate(undefined, {
                  onError: failed,
                  onSuccess: (link) => (link ? show(link) : toast(t('people.resetSent', { email: p.email }))),
                })
              }
            >
              {t('people.reset')}
            </Menu.Item>
            {p.second_factor && (
              <Menu.Item
                onClick={() => resetFactor.mutate(undefined, { onError: failed, onSuccess: () => toast(t('people.factorReset', { name: p.name })) })}
              >
                {t('people.resetFactor')}
              </Menu.Item>
            )}
            <Menu.Item
              color={p.enabled ? 'red' : undefined}
              onClick={() =>
                change.mutate(
                  { enabled: !p.enabled },
                  {
                    onError: failed,
                    onSuccess: () => toast(p.enabled ? t('people.isDisabled', { name: p.name }) : t('people.isEnabled', { name: p.name })),
                  },
                )
              }
            >
              {p.enabled ? t('people.disable') : t('people.enable')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
