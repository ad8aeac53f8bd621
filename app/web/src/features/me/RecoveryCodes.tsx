import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { toast } from '@/ui/toast';
import css from './Me.module.css';

/** The codes for when the phone is lost. They are shown once. */
export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const { t } = useTranslation();
  const text = codes.join('\n');
  const save = () => {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'kontor-recovery-codes.txt';
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className={css.form}>
      <h3>{t('session.mine.codesTitle')}</h3>
      <p className={css.text}>{t('session.mine.codesText')}</p>
      <ul className={css.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={css.steps}>
        <Button size="xs" onClick={done}>
          {t('session.mine.codesKept')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigator.clipboard.writeText(text).then(() => toast(t('session.mine.copied')))}
        >
          {t('session.mine.copy')}
        </Button>
        <Button size="xs" variant="default" onClick={save}>
          {t('session.mine.save')}
        </Button>
      </div>
    </div>
  );
}
