import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** The shortest password that the server takes. */
export const shortest = 10;

/** Where a new password is chosen. */
export function NewPassword({ label, error, autoFocus }: { label: string; error?: string; autoFocus?: boolean }) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      name="password"
      label={label}
      description={t('session.passwordHint', { count: shortest })}
      autoComplete="new-password"
      minLength={shortest}
      required
      withAsterisk={false}
      autoFocus={autoFocus}
      error={error}
      visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
    />
  );
}
