import { ActionIcon, Menu } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAlways } from '@/features/hours/hours';
import { HoursPicture, useHoursWords } from '@/features/hours/HoursPicture';
import { isAdmin, type Me } from '@/features/session/session';
import { nearTime } from '@/i18n/format';
import { CopyOnce } from '@/ui/CopyOnce';
import { Face } from '@/ui/Face';
import { IconDots } from '@/ui/icons';
import { toast, useFailureToast } from '@/ui/toast';
import { Badge } from '@/ui/Badge';
import { AwayItems, useAwayDialog, type Presence } from './Away';
import { HandOver } from './HandOver';
import { useStaffSteps, type Role, type Staff } from './people';
import { PersonHours } from './PersonHours';
import css from './People.module.css';

/** Somebody who works here, and what can be done about it. */
export function PersonRow({ person: p, me }: { person: Staff; me: Me }) {
  const { t } = useTranslation();
  const [link, setLink] = useState('');
  const [handing, setHanding] = useState<'over' | 'leaving' | null>(null);
  const [timing, setTiming] = useState(false);
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
        <Week person={p} edit={mayChange || p.id === me.id ? () => setTiming(true) : undefined} />
        <div className={css.badges}>
          {!p.enabled && (
            <Badge tone="bad">
              {t('people.disabled')}
            </Badge>
          )}
          {p.enabled && <Badge tone={p.available ? 'good' : undefined}>{p.available ? t('people.available') : p.away_until ? t('away.backAt', { time: nearTime(p.away_until) }) : t('people.away')}</Badge>}
          <Badge tone={p.second_factor ? 'good' : undefined}>
            {p.second_factor ? t('people.factorOn') : t('people.factorOff')}
          </Badge>
          <span className={css.role}>{t(`session.role.${p.role}`)}</span>
        </div>
        <span className={css.more}>{mayChange && <PersonMenu person={p} me={me} show={setLink} hand={setHanding} time={() => setTiming(true)} />}</span>
      </div>
      {timing && <PersonHours person={p} close={() => setTiming(false)} />}
      {handing && <HandOver person={p} leaving={handing === 'leaving'} close={() => setHanding(null)} />}
      {link && <CopyOnce value={link} words={t('people.resetLink', { name: p.name })} done={() => setLink('')} />}
    </li>
  );
}

/** When somebody works, if at hours of their own; whoever may change that gets there by it. */
function Week({ person: p, edit }: { person: Staff; edit?: () => void }) {
  const { t } = useTranslation();
  const words = useHoursWords()(p.working_hours);
  if (isAlways(p.working_hours)) return null;
  if (!edit) return <HoursPicture hours={p.working_hours} />;
  return (
    <button type="button" className={css.week} aria-label={t('hours.are', { name: p.name, hours: words })} onClick={edit}>
      <HoursPicture hours={p.working_hours} />
    </button>
  );
}

const roles: Role[] = ['member', 'admin', 'owner'];

interface MenuProps {
  person: Staff;
  me: Me;
  show: (link: string) => void;
  hand: (how: 'over' | 'leaving') => void;
  time: () => void;
}

function PersonMenu({ person: p, me, show, hand, time }: MenuProps) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { change, resetFactor, offerReset } = useStaffSteps(p.id);
  const own = p.id === me.id;
  const setPresence = (x: Presence) => change.mutate(x, { onError: failed });
  const away = useAwayDialog(setPresence);
  return (
    <>
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
          <AwayItems available={p.available} until={p.away_until} set={setPresence} ask={away.ask} />
          <Menu.Divider />
          <Menu.Item onClick={time}>{t('hours.open')}</Menu.Item>
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
              <Menu.Item onClick={() => hand('over')}>{t('handover.open')}</Menu.Item>
              <Menu.Item
                color={p.enabled ? 'red' : undefined}
                onClick={() =>
                  p.enabled
                    ? hand('leaving')
                    : change.mutate({ enabled: true }, { onError: failed, onSuccess: () => toast(t('people.isEnabled', { name: p.name })) })
                }
              >
                {p.enabled ? t('people.disable') : t('people.enable')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {away.dialog}
    </>
  );
}
