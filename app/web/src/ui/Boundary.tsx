import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import css from './Boundary.module.css';

interface Props {
  /** Another key begins anew: a failed task does not keep the next one from being shown. */
  children: ReactNode;
}

/** Keeps a failure of one part of the screen from taking the rest with it. */
export class Boundary extends Component<Props, { failed: unknown }> {
  override state = { failed: undefined as unknown };

  static getDerivedStateFromError(failed: unknown) {
    return { failed };
  }

  override render() {
    if (this.state.failed === undefined) return this.props.children;
    return <Failed error={this.state.failed} again={() => this.setState({ failed: undefined })} />;
  }
}

/** What is shown instead of a part that failed. */
export function Failed({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.failed} role="alert">
      <h2>{t('error.title')}</h2>
      <p>{t('error.screen')}</p>
      <code>{error instanceof Error ? error.message : String(error)}</code>
      <div className={css.actions}>
        <Button onClick={again}>{t('app.tryAgain')}</Button>
        <Button variant="default" onClick={() => location.reload()}>
          {t('app.reload')}
        </Button>
      </div>
    </div>
  );
}
