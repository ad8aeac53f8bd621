import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Sidebar } from './Sidebar';

/** The navigation, where the screen is too narrow to show it always. */
export function MenuDrawer({ close }: { close: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer opened onClose={close} size={264} padding={0} withCloseButton={false} lockScroll={false} aria-label={t('app.navigation')}>
      <Sidebar />
    </Drawer>
  );
}
