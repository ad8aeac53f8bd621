import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/problem';
import { kindsQuery } from '@/features/channels/channels';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconDownload, IconStamp } from '@/ui/icons';
import { Badge } from '@/ui/Badge';
import { Skeleton } from '@/ui/Skeleton';
import { Copy, Empty, TrustScreen, useMayLook } from './parts';
import { kitQuery } from './trust';
import css from './trust.module.css';

/** What a platform's review of the app asks for: steps, and texts to be pasted. */
export function ReviewScreen() {
  const { t } = useTranslation();
  const { data: kinds, error, refetch } = useQuery(kindsQuery);
  return (
    <TrustScreen title={t('settings.review')} hint={t('trust.review.hint')}>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {kinds?.items.map((k) => (
        <Kit key={k.kind} kind={k.kind} alone={kinds.items.length === 1} />
      ))}
    </TrustScreen>
  );
}

function Kit({ kind, alone }: { kind: string; alone: boolean }) {
  const { t } = useTranslation();
  const may = useMayLook();
  const { data: kit, error, refetch, isPending } = useQuery({ ...kitQuery(kind), enabled: may, retry: false });
  if (error && asApiError(error).status === 404) {
    return alone ? <Empty icon={<IconStamp size={28} />} title={t('trust.review.none')} hint={t('trust.review.noneHint')} /> : null;
  }
  if (error) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (isPending || !kit) return <Skeleton lines={6} />;
  const asked = kit.grants.filter((g) => g.used);
  const unused = kit.grants.filter((g) => !g.used);
  return (
    <>
      <section className={css.box} aria-label={t('trust.review.steps', { kind: kit.kind })}>
        <div className={css.head}>
          <h2>{t('trust.review.steps', { kind: kit.kind })}</h2>
          {kit.dashboard && (
            <Button size="compact-sm" variant="default" component="a" href={kit.dashboard} target="_blank" rel="noopener noreferrer">
              {t('trust.review.dashboard')}
            </Button>
          )}
          <Button size="compact-sm" component="a" href={`/api/v1/channel-kinds/${encodeURIComponent(kind)}/review.md`} download leftSection={<IconDownload size={14} />}>
            {t('trust.review.download')}
          </Button>
        </div>
        <ol className={css.kit}>
          {kit.steps.map((step) => (
            <li key={step}>
              <span>{step}</span>
            </li>
          ))}
        </ol>
      </section>
      <section className={css.box} aria-labelledby={`review-${kind}-addresses`}>
        <div className={css.head}>
          <h2 id={`review-${kind}-addresses`}>{t('trust.review.addresses')}</h2>
        </div>
        {kit.addresses.map((a) => (
          <div key={a.url + a.where}>
            <p className={css.quiet}>{a.where}</p>
            <div className={css.paste}>
              <code>{a.url}</code>
              <Copy value={a.url} label={t('trust.review.copyOf', { what: a.where })} />
            </div>
          </div>
        ))}
        <div>
          <p className={css.quiet}>{t('trust.review.events')}</p>
          <div className={css.paste}>
            <code>{kit.events.join(', ')}</code>
            <Copy value={kit.events.join(', ')} label={t('trust.review.copyOf', { what: t('trust.review.events') })} />
          </div>
        </div>
      </section>
      <section className={css.box} aria-labelledby={`review-${kind}-texts`}>
        <div className={css.head}>
          <h2 id={`review-${kind}-texts`}>{t('trust.review.texts')}</h2>
        </div>
        <p className={css.quiet}>{t('trust.review.english')}</p>
        <Paste what={t('trust.review.data')} text={kit.data} />
        <Paste what={t('trust.review.test')} text={kit.test} />
      </section>
      <section className={css.box} aria-labelledby={`review-${kind}-grants`}>
        <div className={css.head}>
          <h2 id={`review-${kind}-grants`}>{t('trust.review.grants', { count: asked.length })}</h2>
        </div>
        {asked.map((g) => (
          <div key={g.name}>
            <p>
              <code>{g.name}</code> <Badge>{g.feature ? t('trust.review.feature') : t('trust.review.permission')}</Badge>
            </p>
            <Paste what={t('trust.review.why', { name: g.name })} text={g.why} />
            <p className={css.quiet}>
              {t('trust.review.show')} {g.show}
            </p>
          </div>
        ))}
        {unused.length > 0 && (
          <p className={css.quiet}>
            {t('trust.review.unused')} {unused.map((g) => g.name).join(', ')}
          </p>
        )}
      </section>
    </>
  );
}

function Paste({ what, text }: { what: string; text: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <p className={css.quiet}>{what}</p>
      <div className={css.paste}>
        <q lang="en">{text}</q>
        <Copy value={text} label={t('trust.review.copyOf', { what })} />
      </div>
    </div>
  );
}
