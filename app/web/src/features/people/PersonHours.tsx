import { Button, Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { accountQuery, zones } from '@/features/account/account';
import { cleaned, isAlways, type Hours } from '@/features/hours/hours';
import { HoursEditor } from '@/features/hours/HoursEditor';
import { useChangeMe, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast } from '@/ui/toast';
import { useStaffSteps, type Staff } from './people';
import css from '@/features/hours/Hours.module.css';

/** When somebody works: as the account, at hours of their own, or whenever they say to be available. */
export function PersonHours({ person, close }: { person: Staff; close: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: account } = useQuery(accountQuery);
  const [hours, setHours] = useState<Hours>(person.working_hours);
  const own = person.id === me.id;
  const [mine, theirs] = [useChangeMe(), useStaffSteps(person.id).change];
  const change = own ? mine : theirs; // everybody may change their own
  const err = change.error ? asApiError(change.error) : undefined;
  const zone = account?.time_zone ?? me.account.time_zone;
  const common = account?.working_hours ?? {};
  const saved = () => {
    toast(own ? t('hours.savedOwn') : t('hours.saved', { name: person.name }));
    close();
  };
  return (
    <Modal opened onClose={close} size="lg" title={own ? t('hours.title') : t('hours.of', { name: person.name })} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ working_hours: cleaned(hours) }, { onSuccess: saved });
        }}
      >
        <p className={css.text}>{t('hours.hint')}</p>
        <div className={css.steps}>
          <Button size="xs" variant="default" disabled={isAlways(common)} onClick={() => setHours({ ...common, holidays: hours.holidays })}>
            {t('hours.asAccount')}
          </Button>
          <Button size="xs" variant="default" disabled={isAlways(hours)} onClick={() => setHours({})}>
            {t('hours.clear')}
          </Button>
          {isAlways(common) && <span className={css.text}>{t('hours.accountAlways')}</span>}
        </div>
        <HoursEditor hours={hours} set={setHours} free="daysOff" faultAt={(part) => err?.faultAt(`working_hours.${part}`)} />
        {!isAlways(hours) && (
          <Select
            label={t('hours.zone')}
            value={hours.time_zone ?? null}
            searchable
            clearable
            limit={60}
            data={zones(hours.time_zone ?? zone)}
            placeholder={t('hours.zoneOfAccount', { zone })}
            clearButtonProps={{ 'aria-label': t('hours.zoneClear') }}
            onChange={(value) => setHours({ ...hours, time_zone: value ?? undefined })}
            error={err?.faultAt('working_hours.time_zone')}
          />
        )}
        {err && err.faults.length === 0 && <ErrorNote error={err} />}
        <div className={css.steps}>
          <Button type="button" variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t('hours.save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
