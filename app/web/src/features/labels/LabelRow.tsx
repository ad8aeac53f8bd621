import { Button, Modal } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import type { Label } from '@/api/types';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { colors, useLabelSteps, type Color, type LabelType } from './labels';
import css from './labels.module.css';
import dots from '@/features/details/Labels.module.css';

interface Props {
  type: LabelType;
  label: Label;
  others: Label[];
  admin: boolean;
}

type Doing = 'rename' | 'merge' | 'delete';

/** A label, how many tasks have it, and what admins may do with it. */
export function LabelRow({ type, label: l, others, admin }: Props) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const { set } = useLabelSteps(type);
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const color = set.isPending ? set.variables.color : l.color;
  return (
    <li className={css.row}>
      <i className={dots.dot} data-color={color || undefined} />
      <div className={css.what}>
        {doing === 'rename' ? (
          <Rename type={type} label={l} close={close} />
        ) : (
          <>
            <strong>{l.name}</strong>
            <Link to="/tasks" search={{ [type]: l.name }} className={css.uses}>
              {t('labels.uses', { count: l.uses })}
            </Link>
          </>
        )}
      </div>
      {admin && doing !== 'rename' && (
        <div className={css.steps}>
          <select
            className={css.input}
            aria-label={t('labels.colorOf', { name: l.name })}
            value={color}
            onChange={(event) => set.mutate({ name: l.name, color: event.currentTarget.value as Color }, { onError: failed })}
          >
            {colors.map((c) => (
              <option key={c} value={c}>
                {t(`labels.color.${c || 'none'}`)}
              </option>
            ))}
          </select>
          <Button size="compact-xs" variant="subtle" onClick={() => setDoing('rename')}>
            {t('labels.rename')}
          </Button>
          <Button size="compact-xs" variant="subtle" disabled={others.length === 0} onClick={() => setDoing('merge')}>
            {t('labels.merge')}
          </Button>
          <Button size="compact-xs" variant="subtle" color="red" onClick={() => setDoing('delete')}>
            {t('labels.delete')}
          </Button>
        </div>
      )}
      {doing === 'merge' && <Merge type={type} label={l} others={others} close={close} />}
      {doing === 'delete' && <Delete type={type} label={l} close={close} />}
    </li>
  );
}

/** A name that another label has makes the two one, if that is said. */
function Rename({ type, label: l, close }: { type: LabelType; label: Label; close: () => void }) {
  const { t } = useTranslation();
  const { rename } = useLabelSteps(type);
  const [to, setTo] = useState(l.name);
  const taken = rename.error && asApiError(rename.error).code === 'label.exists';
  const save = (merge: boolean) => rename.mutate({ name: l.name, to: to.trim(), merge }, { onSuccess: close });
  return (
    <form
      className={css.rename}
      onSubmit={(event) => {
        event.preventDefault();
        if (to.trim() === l.name) close();
        else save(false);
      }}
    >
      <input
        className={css.input}
        aria-label={t('labels.name')}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- who asks for it wants to write
        autoFocus
        maxLength={100}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Escape') close();
        }}
      />
      <Button type="submit" size="xs" loading={rename.isPending} disabled={!to.trim()}>
        {t('labels.save')}
      </Button>
      {taken && (
        <Button size="xs" variant="default" onClick={() => save(true)}>
          {t('labels.mergeInstead')}
        </Button>
      )}
      <Button size="xs" variant="default" onClick={close}>
        {t('app.cancel')}
      </Button>
      {rename.error && <ErrorNote error={rename.error} />}
    </form>
  );
}

function Merge({ type, label: l, others, close }: Omit<Props, 'admin'> & { close: () => void }) {
  const { t } = useTranslation();
  const { rename } = useLabelSteps(type);
  const [to, setTo] = useState('');
  return (
    <Modal opened onClose={close} title={t('labels.mergeTitle', { name: l.name })} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(
            { name: l.name, to, merge: true },
            {
              onSuccess: () => {
                toast(t('labels.merged', { name: l.name, to }));
                close();
              },
            },
          );
        }}
      >
        <p>{t('labels.mergeHint', { count: l.uses })}</p>
        <label className={css.form}>
          {t('labels.into')}
          <select className={css.input} data-autofocus value={to} required onChange={(event) => setTo(event.currentTarget.value)}>
            <option value="">{t('labels.choose')}</option>
            {others.map((x) => (
              <option key={x.name}>{x.name}</option>
            ))}
          </select>
        </label>
        {rename.error && <ErrorNote error={rename.error} />}
        <div className={css.steps}>
          <Button type="submit" size="xs" loading={rename.isPending} disabled={!to}>
            {t('labels.merge')}
          </Button>
          <Button size="xs" variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Delete({ type, label: l, close }: { type: LabelType; label: Label; close: () => void }) {
  const { t } = useTranslation();
  const { remove } = useLabelSteps(type);
  return (
    <Modal opened onClose={close} title={t('labels.deleteTitle', { name: l.name })} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className={css.form}>
        <p>{t('labels.deleteHint', { count: l.uses })}</p>
        {remove.error && <ErrorNote error={remove.error} />}
        <div className={css.steps}>
          <Button
            size="xs"
            color="red.9"
            loading={remove.isPending}
            onClick={() =>
              remove.mutate(l.name, {
                onSuccess: () => {
                  toast(t('labels.deleted', { name: l.name }));
                  close();
                },
              })
            }
          >
            {t('labels.delete')}
          </Button>
          <Button size="xs" variant="default" data-autofocus onClick={close}>
            {t('app.cancel')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
