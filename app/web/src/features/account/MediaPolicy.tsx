import { Button, Modal, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { channelsQuery, kindsQuery, titleOf } from '@/features/channels/channels';
import { ErrorNote } from '@/ui/ErrorNote';
import { toast, useFailureToast } from '@/ui/toast';
import { useChangeAccount, useSetMedia, type Account } from './account';
import css from './account.module.css';

type Media = Account['media'];

/** What becomes of files that people send: on channels to come, and, if somebody says so, on those that there are. */
export function MediaPolicy({ account, admin }: { account: Account; admin: boolean }) {
  const { t } = useTranslation();
  const failed = useFailureToast();
  const change = useChangeAccount();
  const [asking, setAsking] = useState(false);
  const { data: channels } = useQuery(channelsQuery);
  const { data: kinds } = useQuery(kindsQuery);
  const choosing = new Set(kinds?.items.filter((k) => k.settings.some((s) => s.key === 'media')).map((k) => k.kind));
  const all = channels?.items.filter((c) => choosing.has(c.kind)) ?? [];
  const media = change.isPending ? (change.variables.media ?? account.media) : account.media;
  const others = all.filter((c) => c.settings.media !== media);
  return (
    <section className={css.section} aria-labelledby="account-media">
      <h2 id="account-media">{t('account.media.title')}</h2>
      <NativeSelect
        className={css.days}
        label={t('account.media.default')}
        description={t('account.media.hint')}
        name="media"
        value={media}
        disabled={!admin || change.isPending}
        data={(['store', 'link'] as const).map((value) => ({ value, label: t(`account.media.${value}`) }))}
        onChange={(event) =>
          change.mutate({ media: event.currentTarget.value as Media }, { onSuccess: () => toast(t('account.media.saved')), onError: failed })
        }
      />
      {admin && channels && kinds && (
        <div className={css.steps}>
          {others.length > 0 ? (
            <Button variant="default" disabled={change.isPending} onClick={() => setAsking(true)}>
              {t('account.media.apply')}
            </Button>
          ) : (
            <p className={css.text}>{t(all.length > 0 ? 'account.media.same' : 'account.media.none')}</p>
          )}
        </div>
      )}
      {asking && <ApplyToAll media={media} names={others.map(titleOf)} close={() => setAsking(false)} />}
    </section>
  );
}

function ApplyToAll({ media, names, close }: { media: Media; names: string[]; close: () => void }) {
  const { t } = useTranslation();
  const apply = useSetMedia();
  return (
    <Modal opened onClose={close} title={t('account.media.confirm')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className={css.confirm}>
        <p>
          <strong>{t(`account.media.${media}`)}</strong>
        </p>
        <p>{t('account.media.count', { count: names.length, names: names.join(', ') })}</p>
        <p className={css.text}>{t('account.media.later')}</p>
        {apply.error && <ErrorNote error={apply.error} />}
        <div className={css.steps}>
          <Button
            data-autofocus
            loading={apply.isPending}
            onClick={() =>
              void apply.mutateAsync(media).then(
                ({ count }) => {
                  toast(t('account.media.applied', { count }));
                  close();
                },
                () => undefined,
              )
            }
          >
            {t('account.media.go')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
