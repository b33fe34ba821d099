import { de } from './de';
import { en } from './en';
import type { Texts } from './shape';

export type { Texts };

const catalogue = { en, de } as const satisfies Record<string, Texts>;

export type Language = keyof typeof catalogue;
export const languages = Object.keys(catalogue) as Language[];

export const textsOf = (language: Language): Texts => catalogue[language];

const known = (tag: string | undefined): Language | undefined => {
  const language = tag?.slice(0, 2).toLowerCase();
  return languages.find((l) => l === language);
};

/** The chosen language if it is one of ours, else the first of the browser's that is, else English. */
export function languageFor(chosen: string | undefined, accepted: string | undefined): Language {
  const wanted = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', q] = part.trim().split(';q=');
      return { tag, q: q === undefined ? 1 : Number(q) || 0 };
    })
    .filter((w) => w.q > 0)
    .sort((a, b) => b.q - a.q);
  return known(chosen) ?? wanted.map((w) => known(w.tag)).find((l) => l !== undefined) ?? 'en';
}
