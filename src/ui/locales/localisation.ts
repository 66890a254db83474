// Which language the pages speak. English stands in the source; German is loaded when it is wanted.
import { configureLocalization } from '@lit/localize';
import { LANGUAGES, type Language, type Prefs } from '../../workers/contract/prefs.ts';

const { getLocale, setLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: LANGUAGES.filter((language) => language !== 'en'),
  loadLocale: () => import('./de.ts'),
});

export { getLocale };

/** The first language of the browser's list that the pages speak. */
export function systemLanguage(wanted: readonly string[]): Language {
  const short = wanted.map((tag) => tag.slice(0, 2).toLowerCase());
  return short.map((tag) => LANGUAGES.find((language) => language === tag)).find((language) => language !== undefined) ?? 'en';
}

/** Changes the language of all that is drawn and of the document. */
export async function speak(language: Prefs['language']): Promise<void> {
  const chosen = language === 'system' ? systemLanguage(navigator.languages) : language;
  await setLocale(chosen);
  document.documentElement.lang = chosen;
}
