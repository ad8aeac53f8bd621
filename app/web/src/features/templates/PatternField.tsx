import { Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useCaret, useChoosing } from '@/features/conversation/choosing';
import { completionAt, offers, type Offer } from './complete';
import { useFault, useSettled } from './draft';
import { triedQuery, variablesQuery } from './templates';
import css from './Pattern.module.css';

interface Props {
  label: string;
  /** Where the server says that it is wrong. */
  place: string;
  value: string;
  set: (value: string) => void;
  hint?: string;
  rows?: number;
  /** What it comes to for the newest event, where there is one. */
  real?: string;
}

/** A text with variables: they are offered while one writes, checked, and what comes of them is shown beside it. */
export function PatternField({ label, place, value, set, hint, rows = 1, real }: Props) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const checked = useChecked(value);
  const fault = useFault(place);
  const error = checked.problem ?? fault;
  return (
    <div className={css.pattern}>
      <div className={css.write}>
        <Textarea
          ref={field}
          label={label}
          description={hint}
          autosize
          minRows={rows}
          maxRows={14}
          value={value}
          error={error}
          spellCheck={false}
          classNames={{ input: css.input, error: css.error }}
          aria-describedby={`${id}-comes`}
          onChange={(event) => set(event.currentTarget.value)}
        />
        <Completion field={field} value={value} set={set} />
      </div>
      <div className={css.comes} id={`${id}-comes`}>
        <p className={css.caption}>{t(real === undefined ? 'templates.pattern.example' : 'templates.pattern.real')}</p>
        {error ? (
          <p className={css.none}>{t('templates.pattern.broken')}</p>
        ) : (
          <p className={css.text} data-empty={!(real ?? checked.text) || undefined}>
            {(real ?? checked.text) || t('templates.pattern.nothing')}
          </p>
        )}
      </div>
    </div>
  );
}

/** What the server says of a pattern once one stops writing. */
function useChecked(value: string): { text: string; problem?: string } {
  const { t } = useTranslation();
  const settled = useSettled(value);
  const plain = !/{[{%]/.test(settled);
  const { data } = useQuery({ ...triedQuery(settled), enabled: !plain });
  if (plain) return { text: settled };
  const [problem] = data?.problems ?? [];
  if (!problem) return { text: data?.text ?? '' };
  const where = problem.line ? t('templates.pattern.where', { line: problem.line, column: problem.column ?? 1 }) : '';
  return { text: '', problem: where ? `${problem.message} ${where}` : problem.message };
}

interface CompletionProps {
  field: RefObject<HTMLTextAreaElement | null>;
  value: string;
  set: (value: string) => void;
}

/** Offers what can be put in where the caret stands. It is apart from the field, which must not be drawn while a key is on its way. */
function Completion({ field, value, set }: CompletionProps) {
  const { t } = useTranslation();
  const { data } = useQuery(variablesQuery);
  const { caret, put } = useCaret(field);
  const [closed, setClosed] = useState<string | null>(null);
  const here = useFocused(field);
  const at = here && closed !== value ? completionAt(value, caret) : null;
  const found = at ? offers(at, data?.items ?? [], data?.filters ?? []) : [];
  const take = (offer: Offer) => {
    if (!at) return;
    const rest = value.slice(caret);
    const end = /^\s*[-|}%]/.test(rest) || at.tag ? '' : ' }}';
    const next = `${value.slice(0, at.from)}${offer.insert}${end}${rest}`;
    set(next);
    put(at.from + offer.insert.length);
    if (!offer.more) setClosed(next);
  };
  const chosen = useChoosing(field, found, take, () => setClosed(value));
  const begin = () => {
    const from = field.current?.selectionStart ?? value.length;
    set(`${value.slice(0, from)}{{  }}${value.slice(from)}`);
    put(from + 3);
  };
  return (
    <>
      <button type="button" className={css.variable} onClick={begin}>
        {t('templates.pattern.variable')}
      </button>
      <Offers found={found} chosen={chosen} take={take} />
    </>
  );
}

function useFocused(field: RefObject<HTMLElement | null>): boolean {
  const [here, setHere] = useState(false);
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const come = () => setHere(true);
    const go = () => setHere(false);
    element.addEventListener('focus', come);
    element.addEventListener('blur', go);
    return () => {
      element.removeEventListener('focus', come);
      element.removeEventListener('blur', go);
    };
  }, [field]);
  return here;
}

function Offers({ found, chosen, take }: { found: Offer[]; chosen?: Offer; take: (offer: Offer) => void }) {
  const { t } = useTranslation();
  if (found.length === 0) return null;
  return (
    <div className={css.offers}>
      <p className="sr" role="status">
        {chosen && t('templates.pattern.offered', { name: chosen.name, what: chosen.text, count: found.length })}
      </p>
      <ul aria-label={t('templates.pattern.offers')}>
        {found.map((o) => (
          <li key={o.name}>
            <button
              type="button"
              tabIndex={-1}
              data-cursor={o === chosen || undefined}
              ref={o === chosen ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
              onMouseDown={(event) => {
                event.preventDefault();
                take(o);
              }}
            >
              <code>{o.name}</code>
              <span>{o.text}</span>
              <small>{o.example}</small>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
