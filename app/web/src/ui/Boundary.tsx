import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import css from './Boundary.module.css';

interface Props {
  /** With another one it begins anew: a task that failed does not keep the next one from being shown. */
  of?: string;
  children: ReactNode;
}

interface State {
  of?: string;
  failed?: unknown;
}

/** Keeps a failure of one part of the screen from taking the rest with it. */
export class Boundary extends Component<Props, State> {
  override state: State = { of: this.props.of };

  static getDerivedStateFromError(failed: unknown) {
    return { failed };
  }

  static getDerivedStateFromProps({ of }: Props, state: State) {
    return of === state.of ? null : { of, failed: undefined };
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
