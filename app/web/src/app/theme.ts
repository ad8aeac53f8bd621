import { createTheme } from '@mantine/core';

/**
 * The theme of Mantine's components. Everything of our own is in tokens.css; both use the same petrol. Sizes are one step
 * smaller than Mantine's: the screens are dense.
 */
export const theme = createTheme({
  primaryColor: 'kontor',
  primaryShade: { light: 7, dark: 7 },
  colors: {
    kontor: ['#eaf7f8', '#d4ecef', '#a9dae0', '#7bc6cf', '#55b4c0', '#37a0ae', '#1c8595', '#0e6d7b', '#0b5964', '#08454e'],
    dark: ['#e6ebee', '#aeb9c1', '#8b98a2', '#5f6c76', '#3a464f', '#2b353d', '#20292f', '#171e23', '#11171b', '#0c1114'],
  },
  fontFamily: 'var(--k-font)',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontFamily: 'var(--k-font)', fontWeight: '600' },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  defaultRadius: 'sm',
  radius: { xs: '0.1875rem', sm: '0.375rem', md: '0.5rem', lg: '0.75rem', xl: '1rem' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
});
