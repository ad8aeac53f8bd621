import { Button, Modal } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHead } from '@/app/ScreenHead';
import { isAdmin, useMe } from '@/features/session/session';
import { ErrorNote } from '@/ui/ErrorNote';
import { FileButton } from '@/ui/FileButton';
import { IconAlert, IconDone, IconDownload } from '@/ui/icons';
import { countOf, useConfigurationSteps, wrongPlaces, type Plan, type Wrong } from './configuration';
import { Editor, type EditorHandle } from './Editor';
import { PlanView } from './PlanView';
import css from './configuration.module.css';

/** The account's configuration as a text: taken away, brought back, looked at before it is done. */
export function ConfigurationScreen() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  return (
    <div className={css.screen}>
      <ScreenHead title={t('settings.configuration')}>
        {admin && (
          <Button component="a" href="/api/v1/configuration.yaml" download="kontor.yaml" size="xs" variant="default" leftSection={<IconDownload size={15} />}>
            {t('configuration.download')}
          </Button>
        )}
      </ScreenHead>
      <div className={css.body}>
        <p className={css.intro}>{t('configuration.intro')}</p>
        {admin ? <Bring /> : <p className={css.intro}>{t('configuration.onlyAdmins')}</p>}
      </div>
    </div>
  );
}

/** Bringing a text: writing or dropping it, its plan, and doing it. */
function Bring() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [asking, setAsking] = useState(false);
  const { plan, apply } = useConfigurationSteps();
  const editor = useRef<EditorHandle>(null);
  const result = useRef<HTMLDivElement>(null);

  const change = (next: string) => {
    setText(next);
    plan.reset();
    apply.reset();
  };
  const look = () => {
    apply.reset();
    plan.mutate(text, { onSettled: () => requestAnimationFrame(() => result.current?.focus({ preventScroll: false })) });
  };
  const failed = apply.error ?? plan.error;
  const wrong = failed ? wrongPlaces(failed) : [];
  const planned = !apply.data && !failed ? plan.data : undefined;
  return (
    <>
      <section className={css.section} aria-labelledby="configuration-bring">
        <div className={css.title}>
          <h2 id="configuration-bring">{t('configuration.bring')}</h2>
          <FileButton accept=".yaml,.yml,text/yaml,application/yaml" choose={(file) => void file.text().then(change)}>
            {t('configuration.choose')}
          </FileButton>
        </div>
        <Editor ref={editor} text={text} change={change} wrong={wrong} />
        <div className={css.steps}>
          <Button onClick={look} loading={plan.isPending} disabled={text.trim() === ''}>
            {t('configuration.plan')}
          </Button>
          <span className={css.muted}>{t('configuration.planHint')}</span>
        </div>
      </section>
      <div ref={result} tabIndex={-1} className={css.result}>
        {failed && (wrong.length > 0 ? <Faults wrong={wrong} goTo={(line) => editor.current?.goTo(line)} /> : <ErrorNote error={failed} retry={look} />)}
        {planned && <Planned plan={planned} goTo={(line) => editor.current?.goTo(line)} apply={() => setAsking(true)} />}
        {apply.data && (
          <p className={css.done} role="status">
            <IconDone size={18} />
            {t('configuration.done', countOf(apply.data))}
          </p>
        )}
      </div>
      {asking && planned && (
        <Confirm
          plan={planned}
          busy={apply.isPending}
          close={() => setAsking(false)}
          go={() => apply.mutate({ document: text, hash: planned.hash }, { onSettled: () => setAsking(false) })}
        />
      )}
    </>
  );
}

/** What is wrong with the text; each leads to its line. */
function Faults({ wrong, goTo }: { wrong: Wrong[]; goTo: (line: number) => void }) {
  const { t } = useTranslation();
  return (
    <section className={css.faults} role="alert" id="configuration-wrong">
      <h2>
        <IconAlert size={18} /> {t('configuration.wrong', { count: wrong.length })}
      </h2>
      <ul>
        {wrong.map((w) => (
          <li key={`${w.line} ${w.place} ${w.message}`}>
            {w.line > 0 && (
              <button type="button" className={css.line} onClick={() => goTo(w.line)}>
                {t('configuration.line', { line: w.line })}
              </button>
            )}
            <span>
              {w.message} {w.place && <code>{w.place}</code>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Planned({ plan, goTo, apply }: { plan: Plan; goTo: (line: number) => void; apply: () => void }) {
  const { t } = useTranslation();
  const idle = plan.changes.length === 0;
  return (
    <section className={css.section} aria-labelledby="configuration-plan">
      <div className={css.title}>
        <h2 id="configuration-plan">{t('configuration.planned')}</h2>
        <span role="status" className={css.muted}>
          {idle ? t('configuration.idle') : t('configuration.total', countOf(plan))}
        </span>
      </div>
      <PlanView plan={plan} goTo={goTo} />
      {!idle && (
        <div className={css.steps}>
          <Button onClick={apply}>{t('configuration.apply')}</Button>
        </div>
      )}
    </section>
  );
}

function Confirm({ plan, busy, go, close }: { plan: Plan; busy: boolean; go: () => void; close: () => void }) {
  const { t } = useTranslation();
  const { deleted } = countOf(plan);
  return (
    <Modal opened onClose={close} title={t('configuration.confirm')} lockScroll={false} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className={css.confirm}>
        <p>{t('configuration.total', countOf(plan))}</p>
        {deleted > 0 && <p className={css.warning}>{t('configuration.deletes', { count: deleted })}</p>}
        <p className={css.muted}>{t('configuration.confirmHint')}</p>
        <div className={css.steps}>
          <Button data-autofocus color={deleted > 0 ? 'red.9' : undefined} loading={busy} onClick={go}>
            {t('configuration.apply')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
