import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { speak } from '@/api/client';
import type en from './en.json';

/** The languages there is a catalogue for. Adding one is a file here, a line here and one in `load`. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

export type Catalogue = typeof en;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Catalogue };
  }
}

const load: Record<Language, () => Promise<{ default: unknown }>> = {
  en: () => import('./en.json'),
  de: () => import('./de.json'),
};

const remembered = 'kontor.language';

function isLanguage(tag: string | null | undefined): tag is Language {
  return languages.some((l) => l === tag);
}

/** The language to begin with: what was chosen here last, else the browser's first that we speak. */
export function preferredLanguage(): Language {
  const wishes = [stored(), ...navigator.languages.map((l) => l.slice(0, 2))];
  return wishes.find(isLanguage) ?? 'en';
}

function stored(): string | null {
  try {
    return localStorage.getItem(remembered);
  } catch {
    return null;
  }
}

/** The tag for dates and numbers: the browser's own form of the language, as en-GB, where it has one. */
export function locale(language = i18next.language ?? 'en'): string {
  return navigator.languages.find((l) => l.startsWith(`${language}-`)) ?? (language === 'en' ? 'en-GB' : language);
}

export async function startI18n(language = preferredLanguage()) {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false }, // React does
    returnNull: false,
    resources: { [language]: { translation: (await load[language]()).default as Catalogue } },
  });
  settle(language);
}

/** Changes the language of the screens, and of what the server says. */
export async function setLanguage(language: Language) {
  if (language === i18next.language) return;
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await load[language]()).default);
  }
  await i18next.changeLanguage(language);
  settle(language);
  try {
    localStorage.setItem(remembered, language);
  } catch {
    // it is asked again next time
  }
}

function settle(language: Language) {
  speak(language);
  document.documentElement.lang = language;
}
