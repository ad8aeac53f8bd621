import { convertCssVariables, defaultCssVariablesResolver, mergeMantineTheme, DEFAULT_THEME } from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from '../src/app/theme.ts';

const id = 'virtual:theme.css';

type Variables = Record<string, string>;

/** What of `ours` Mantine's own stylesheet does not say already. */
function changed(ours: Variables, theirs: Variables): Variables {
  return Object.fromEntries(Object.entries(ours).filter(([name, value]) => theirs[name] !== value));
}

/**
 * Turns the theme into a stylesheet while building. Mantine would put it into the page as a `<style>` element at run time,
 * which the content security policy forbids.
 */
export function themeVariables(): Plugin {
  return {
    name: 'kontor-theme-variables',
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load(source) {
      if (source !== `\0${id}`) return null;
      const ours = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
      const theirs = defaultCssVariablesResolver(DEFAULT_THEME);
      return convertCssVariables(
        {
          variables: changed(ours.variables, theirs.variables),
          light: changed(ours.light, theirs.light),
          dark: changed(ours.dark, theirs.dark),
        },
        ':root',
      );
    },
  };
}
