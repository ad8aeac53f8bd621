import { Modal, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Keys } from '@/ui/Keys';
import { useKeyboard } from './keyboard';
import css from './HelpDialog.module.css';

const groups = [
  {
    name: 'list',
    rows: [
      ['j', 'next'],
      ['k', 'previous'],
      ['Enter', 'open'],
      ['Alt ↑ ↓', 'arrange'],
      ['x', 'choose'],
      ['Shift j', 'chooseMore'],
    ],
  },
  {
    name: 'task',
    rows: [
      ['r', 'reply'],
      ['n', 'note'],
      ['Ctrl Enter', 'send'],
      ['e', 'resolve'],
      ['a', 'assign'],
      ['z', 'snooze'],
      ['h', 'remind'],
      ['m', 'merge'],
      ['u', 'unread'],
      ['d', 'details'],
      ['Esc', 'leave'],
    ],
  },
  {
    name: 'everywhere',
    rows: [
      ['/', 'search'],
      ['Ctrl K', 'command'],
      ['g t', 'goTasks'],
      ['g n', 'goNew'],
      ['g p', 'goPending'],
      ['g r', 'goResolved'],
      ['g m', 'goMine'],
      ['g u', 'goUnassigned'],
      ['g c', 'goChannels'],
      ['?', 'help'],
    ],
  },
] as const;

/** Every key there is, and the switch that turns the single ones off. */
export function HelpDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const { enabled, setEnabled } = useKeyboard();
  return (
    <Modal
      opened
      onClose={close}
      title={t('keys.title')}
      size="lg"
      lockScroll={false}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <div className={css.groups}>
        {groups.map((group) => (
          <section key={group.name}>
            <h3 className={css.name}>{t(`keys.${group.name}`)}</h3>
            <dl className={css.rows}>
              {group.rows.map(([keys, words]) => (
                <div key={keys} className={css.row}>
                  <dt>{t(`keys.${words}`)}</dt>
                  <dd>
                    <Keys keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        mt="lg"
        label={t('keys.off')}
        description={t('keys.offHint')}
        checked={enabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
      />
    </Modal>
  );
}
