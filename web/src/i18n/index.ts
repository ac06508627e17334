// Chinese first, English complete: en.ts has the type of zh.ts, so that a missing word does not compile.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { configure } from '../api/client.ts';
import en from './en.ts';
import zh from './zh.ts';

export type Language = 'zh' | 'en';
const KEY = 'sluice.language';

/** The choice that was made; else the first language of the browser that there is; else Chinese. */
function initial(): Language {
  const known = [localStorage.getItem(KEY) ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return (known.find((tag) => tag === 'zh' || tag === 'en') as Language | undefined) ?? 'zh';
}
const first = initial();

function apply(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  configure.language(language === 'zh' ? 'zh-CN' : 'en');
}

void i18next.use(initReactI18next).init({
  lng: first,
  fallbackLng: 'zh',
  resources: { zh: { translation: zh }, en: { translation: en } },
  interpolation: { escapeValue: false },
  showSupportNotice: false,
} as Parameters<typeof i18next.init>[0]);
apply(first);

export function setLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
  apply(language);
  void i18next.changeLanguage(language);
}

export const currentLanguage = (): Language => (i18next.language === 'en' ? 'en' : 'zh');
