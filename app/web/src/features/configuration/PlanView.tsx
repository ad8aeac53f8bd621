import { useTranslation } from 'react-i18next';
import { IconInfo } from '@/ui/icons';
import { sections, type Change, type Plan, type Section } from './configuration';
import css from './configuration.module.css';

/** What a text does to the account, part by part: what is made, what becomes another, what goes. */
export function PlanView({ plan, goTo }: { plan: Plan; goTo: (line: number) => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.plan}>
      {plan.skipped.length > 0 && (
        <ul className={css.skipped} aria-label={t('configuration.skipped')}>
          {plan.skipped.map((s) => (
            <li key={`${s.section} ${s.name} ${s.line}`}>
              <IconInfo size={16} />
              <span>
                <strong>{t('configuration.skippedName', { section: t(`configuration.section.${s.section as Section}`), name: s.name })}</strong> {s.message}{' '}
                <button type="button" className={css.line} onClick={() => goTo(s.line)}>
                  {t('configuration.line', { line: s.line })}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {sections.map((section) => {
        const changes = plan.changes.filter((c) => c.section === section);
        return changes.length > 0 ? (
          <section key={section} aria-labelledby={`plan-${section}`}>
            <h3 id={`plan-${section}`}>{t(`configuration.sections.${section}`)}</h3>
            <ul className={css.changes}>
              {changes.map((change, i) => (
                // oxlint-disable-next-line react/no-array-index-key -- names may stand twice, and a plan never changes
                <One key={i} change={change} />
              ))}
            </ul>
          </section>
        ) : null;
      })}
    </div>
  );
}

const signs = { created: '+', changed: '~', deleted: '−' } as const;

function One({ change }: { change: Change }) {
  const { t } = useTranslation();
  return (
    <li className={css.change} data-action={change.action}>
      <span className={css.sign} aria-hidden="true">
        {signs[change.action]}
      </span>
      <div className={css.what}>
        <p>
          <strong>{change.name}</strong> <span className={css.action}>{t(`configuration.action.${change.action}`)}</span>
        </p>
        {change.action === 'changed' && (
          <dl className={css.details}>
            {change.details.map((d) => (
              <div key={d.path}>
                <dt>{d.path}</dt>
                <dd>
                  <Value of={d.old} gone />
                  <span className={css.arrow}>
                    <span aria-hidden="true">→</span>
                    <span className={css.hidden}>{t('configuration.becomes')}</span>
                  </span>
                  <Value of={d.new} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {change.action === 'created' && change.details.length > 1 && (
          <details className={css.more}>
            <summary>{t('configuration.show')}</summary>
            <dl className={css.details}>
              {change.details.map((d) => (
                <div key={d.path}>
                  <dt>{d.path}</dt>
                  <dd>
                    <Value of={d.new} />
                  </dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}

/** One side of a difference. */
function Value({ of, gone }: { of: string | null; gone?: boolean }) {
  const { t } = useTranslation();
  if (of === null || of === '') return <span className={css.nothing}>{of === null ? t('configuration.nothing') : t('configuration.empty')}</span>;
  const long = of.includes('\n') || undefined; // a line through many lines cannot be read
  return gone ? (
    <del className={css.old} data-long={long}>
      {of}
    </del>
  ) : (
    <ins className={css.new}>{of}</ins>
  );
}
