import { Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { IconDots } from '@/ui/icons';
import { Keys } from '@/ui/Keys';
import css from './SidebarViews.module.css';

/** Moves a saved view in the sidebar, for whoever cannot drag it. */
export function ViewMoves({ name, up, down }: { name: string; up?: () => void; down?: () => void }) {
  const { t } = useTranslation();
  return (
    <Menu shadow="md" position="bottom-end" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={css.moves} aria-label={t('views.arrange', { name })} title={t('views.arrangeHint')}>
          <IconDots size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={!up} onClick={up} rightSection={<Keys keys="Alt ↑" />}>
          {t('views.up')}
        </Menu.Item>
        <Menu.Item disabled={!down} onClick={down} rightSection={<Keys keys="Alt ↓" />}>
          {t('views.down')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
