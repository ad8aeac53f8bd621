import { IconAlert, IconInfo } from '@/ui/icons';
import css from './connect.module.css';

interface Props {
  advice: { code: string; level: string; text: string }[];
}

const levels = ['error', 'warning', 'info'];

/** What somebody should know, with what to do about it: worst first. */
export function AdviceList({ advice }: Props) {
  if (advice.length === 0) return null;
  return (
    <ul className={css.advice}>
      {advice
        .toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))
        .map((a) => (
          <li key={a.code + a.text} data-level={a.level}>
            {a.level === 'info' ? <IconInfo /> : <IconAlert />}
            <span>{a.text}</span>
          </li>
        ))}
    </ul>
  );
}
