import { useTranslation } from 'react-i18next';
import css from './Details.module.css';

interface Shown {
  button?: { title?: string };
  story?: { url?: string };
  command?: string;
  lead?: Record<string, unknown>;
}

/** What a message says beside its text: a tapped button, a story it answers, the answers of a form. */
export function Details({ details }: { details?: Record<string, unknown> }) {
  const { t } = useTranslation();
  if (!details) return null;
  const { button, story, command, lead } = details as Shown;
  return (
    <>
      {button?.title && <p className={css.detail}>{t('conversation.tapped', { button: button.title })}</p>}
      {command && <p className={css.detail}>{t('conversation.command', { command })}</p>}
      {story && (
        <p className={css.detail}>
          {t('conversation.story')}
          {story.url && (
            <>
              {': '}
              <a href={story.url} target="_blank" rel="noopener noreferrer nofollow">
                {story.url}
              </a>
            </>
          )}
        </p>
      )}
      {lead && (
        <dl className={css.answers}>
          {Object.entries(lead).map(([question, answer]) => (
            <div key={question}>
              <dt>{question}</dt>
              <dd>{typeof answer === 'string' ? answer : JSON.stringify(answer)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
