import { Button, Modal, Radio } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { givenAt, roles, settingsWith, useSetAccess, type Loss, type Matrix, type Place, type Role } from './access';
import css from './access.module.css';

interface Props {
  matrix: Matrix;
  place: Place;
  /** Who or what it is. */
  name: string;
  reasons: string[];
  close: () => void;
}

/** Gives or takes a role on a channel. Whoever would lose sight of open tasks is named first. */
export function AccessDialog({ matrix, place, name, reasons, close }: Props) {
  const { t } = useTranslation();
  const channel = matrix.channels.find((c) => c.id === place.channel)?.name ?? '';
  const [role, setRole] = useState<Role>(givenAt(matrix, place));
  const [losing, setLosing] = useState<Loss[] | null>(null);
  const set = useSetAccess();
  const was = givenAt(matrix, place);
  const own = place.party === 'staff' || place.party === 'team';
  const save = async (certain: boolean) => {
    const body = settingsWith(matrix, place, role);
    try {
      const tried = certain ? null : await set.mutateAsync({ channel: place.channel, body: { ...body, try: true } });
      if (tried && tried.losing.length > 0) {
        setLosing(tried.losing);
        return;
      }
      await set.mutateAsync({ channel: place.channel, body });
      toast(t('access.saved', { channel }));
      close();
    } catch {
      // The dialog shows it.
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t('access.dialog', { name, channel })}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save(losing !== null);
        }}
      >
        <Radio.Group
          label={t(`access.give.${place.party}`)}
          value={role}
          onChange={(next) => {
            setRole(next as Role);
            setLosing(null);
          }}
        >
          <div className={css.choices}>
            {roles.map((r) => (
              <Radio
                key={r}
                value={r}
                label={r === 'none' && own ? t('access.nothingOwn') : t(`access.role.${r}`)}
                description={r === 'none' && own ? t('access.nothingOwnHint') : t(`access.hint.${r}`)}
                data-autofocus={r === was || undefined}
              />
            ))}
          </div>
        </Radio.Group>
        {reasons.length > 0 && (
          <div className={css.why}>
            <h3>{t('access.now')}</h3>
            <ul>
              {reasons.map((x) => (
                <li key={x}>{x}</li>
              ))}
            </ul>
            <p>{t('access.highest')}</p>
          </div>
        )}
        {losing && (
          <div className={css.warn} role="alert">
            <p>{t('access.losing')}</p>
            <ul>
              {losing.map((x) => (
                <li key={x.id}>{t('access.loses', { name: x.name, count: x.open_tasks })}</li>
              ))}
            </ul>
          </div>
        )}
        {set.error && <ErrorNote error={set.error} />}
        <div className={css.steps}>
          <Button type="submit" size="xs" color={losing ? 'red.9' : undefined} loading={set.isPending} disabled={role === was}>
            {t(losing ? 'access.saveAnyway' : 'access.save')}
          </Button>
          <Button type="button" size="xs" variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
