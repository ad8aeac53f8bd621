import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fullTime } from '@/i18n/format';
import { ErrorNote } from '@/ui/ErrorNote';
import { IconFile } from '@/ui/icons';
import { formsQuery, importQuery, importsQuery, useContactSteps, type ContactImport } from './contacts';
import { ScreenHead } from '@/app/ScreenHead';
import css from './contacts.module.css';

/** Contacts out of a table: choose it, say what its columns mean, watch. */
export function ImportScreen() {
  const { t } = useTranslation();
  const { uploadTable } = useContactSteps();
  const { data: before } = useQuery(importsQuery);
  const [id, setId] = useState<string>();
  const earlier = before?.items.filter((m) => m.id !== id) ?? [];
  return (
    <div className={css.screen}>
      <ScreenHead title={t('contacts.import.title')} back={{ to: '/contacts', label: t('contacts.all') }} />
      <div className={`${css.body} ${css.import}`}>
        {id ? (
          <Import id={id} />
        ) : (
          <section className={css.section}>
            <p>{t('contacts.import.hint')}</p>
            <label className={css.drop}>
              <IconFile size={18} />
              {t('contacts.import.file')}
              <input
                type="file"
                className="sr"
                accept=".csv,.txt,.tsv,text/csv"
                onChange={(event) => {
                  const file = event.currentTarget.files?.[0];
                  if (file) uploadTable.mutate(file, { onSuccess: (m) => setId(m.id) });
                }}
              />
            </label>
            {uploadTable.isPending && <p role="status">{t('app.loading')}</p>}
            {uploadTable.error && <Refused error={uploadTable.error} />}
          </section>
        )}
        {earlier.length > 0 && (
          <section className={css.section}>
            <h2>{t('contacts.import.before')}</h2>
            {earlier.map((m) => (
              <button key={m.id} type="button" className={css.item} onClick={() => setId(m.id)}>
                {m.name}
                <small>{`${t(`contacts.import.state.${m.state}`)} · ${m.by} · ${fullTime(m.created_at)}`}</small>
              </button>
            ))}
          </section>
        )}
      </div>
    </div>
  );
}

function Refused({ error }: { error: unknown }) {
  const faults = (error as { faults?: { message: string }[] }).faults ?? [];
  return (
    <>
      <ErrorNote error={error} />
      {faults.map((f) => (
        <p key={f.message} className={css.error}>
          {f.message}
        </p>
      ))}
    </>
  );
}

function Import({ id }: { id: string }) {
  const { data: m, error, refetch } = useQuery(importQuery(id));
  if (!m) return error ? <ErrorNote error={error} retry={() => void refetch()} /> : null;
  return m.state === 'uploaded' ? <Columns key={m.id} of={m} /> : <Progress of={m} />;
}

const targets = ['name', 'first_name', 'last_name', 'email', 'phone', 'kind', 'company', 'group', 'tags'] as const;
const rules = ['update_empty', 'overwrite', 'skip'] as const;

function Columns({ of: m }: { of: ContactImport }) {
  const { t } = useTranslation();
  const { startImport } = useContactSteps();
  const { data: forms } = useQuery(formsQuery);
  const [mapping, setMapping] = useState(m.mapping);
  const [existing, setExisting] = useState<ContactImport['existing']>('update_empty');
  const fields = forms?.items.find((f) => f.standard)?.form.fields ?? [];
  return (
    <section className={css.section}>
      <h2>{t('contacts.import.columns', { name: m.name })}</h2>
      <p className={css.muted}>{t('contacts.import.read', { count: m.total, encoding: m.encoding })}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
      <div className={css.scroll} role="region" aria-label={t('contacts.import.preview')} tabIndex={0}>
        <table className={css.table}>
          <thead>
            <tr>
              {m.columns.map((column, i) => (
                <th key={String(i) + column} scope="col">
                  {column || '–'}
                  <br />
                  <select
                    className={css.input}
                    aria-label={t('contacts.import.means', { column })}
                    value={mapping[i]}
                    onChange={(event) => setMapping(mapping.with(i, event.currentTarget.value))}
                  >
                    <option value="">{t('contacts.import.ignore')}</option>
                    {targets.map((to) => (
                      <option key={to} value={to}>
                        {t(`contacts.import.to.${to}`)}
                      </option>
                    ))}
                    {fields.map((f) => (
                      <option key={f.key} value={`field:${f.key}`}>
                        {f.label}
                      </option>
                    ))}
                  </select>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {m.preview.map((line, n) => (
              // oxlint-disable-next-line react/no-array-index-key -- lines have nothing else, and never change
              <tr key={n}>
                {line.map((cell, i) => (
                  // oxlint-disable-next-line react/no-array-index-key
                  <td key={i}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <fieldset className={css.form}>
        <legend>{t('contacts.import.existing')}</legend>
        {rules.map((rule) => (
          <label key={rule} className={css.check}>
            <input type="radio" name="existing" checked={existing === rule} onChange={() => setExisting(rule)} />
            {t(`contacts.import.rule.${rule}`)}
          </label>
        ))}
      </fieldset>
      {startImport.error && <Refused error={startImport.error} />}
      <div>
        <Button loading={startImport.isPending} onClick={() => startImport.mutate({ id: m.id, mapping, existing })}>
          {t('contacts.import.start', { count: m.total })}
        </Button>
      </div>
    </section>
  );
}

function Progress({ of: m }: { of: ContactImport }) {
  const { t } = useTranslation();
  const done = m.created + m.updated + m.skipped + m.refused;
  return (
    <section className={css.section}>
      <h2>{m.state === 'finished' ? t('contacts.import.finished') : t('contacts.import.running')}</h2>
      <progress className={css.progress} max={m.total} value={done} aria-label={t('contacts.import.progress')} />
      <p role="status">{t('contacts.import.report', { created: m.created, updated: m.updated, skipped: m.skipped, refused: m.refused, total: m.total })}</p>
      {m.pruned_at && <p className={css.muted}>{t('contacts.import.pruned')}</p>}
      {m.refused > 0 && !m.pruned_at && (
        <div>
          <Button component="a" href={`/api/v1/contact-imports/${m.id}/refused.csv`} download size="xs" variant="default">
            {t('contacts.import.refusedLines')}
          </Button>
        </div>
      )}
    </section>
  );
}
