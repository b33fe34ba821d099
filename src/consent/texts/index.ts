import { CATALOGUE } from './catalogue';
import type { InterfaceTexts, Language } from './shape';

export type { InterfaceTexts } from './shape';

/** The languages of the catalogue, and which of them no native speaker has checked yet. */
export const LANGUAGES: readonly { language: string; draft: boolean }[] = Object.entries(CATALOGUE).map(
  ([language, { draft }]) => ({ language, draft }),
);

/** Tags that people write for what the catalogue knows under another name. */
const ALIASES: Record<string, string> = {
  no: 'nb',
  nn: 'nb',
  iw: 'he',
  zh: 'zh-Hans',
  'zh-CN': 'zh-Hans',
  'zh-SG': 'zh-Hans',
  'zh-TW': 'zh-Hant',
  'zh-HK': 'zh-Hant',
  'zh-MO': 'zh-Hant',
};

/** The canonical spelling (`pt_br` → `pt-BR`), or '' for what is no language tag. */
function canonical(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag.trim().replace(/_/g, '-'))[0] ?? '';
  } catch {
    return '';
  }
}

/** RFC 4647 §3.4 lookup: the tag itself, then ever shorter ones; a name of the catalogue or `undefined`. */
function lookup(tag: string): string | undefined {
  for (let left = canonical(tag); left; left = left.slice(0, Math.max(0, left.lastIndexOf('-')))) {
    const known = ALIASES[left] ?? left;
    if (Object.hasOwn(CATALOGUE, known)) return known;
  }
  return undefined;
}

/**
 * The interface texts in the best matching language. `wanted` is a tag or a list in order of preference, as of
 * `Accept-Language` (`de-CH, fr;q=0.8`); `offered` limits the answer to the site's languages. English when nothing fits.
 */
export function interfaceTexts(
  wanted: string,
  offered?: readonly string[],
): { language: string; draft: boolean; texts: InterfaceTexts } {
  const allowed = offered && new Set(offered.map(lookup));
  const fits = (tag: string | undefined): tag is string => tag !== undefined && (!allowed || allowed.has(tag));
  const first = [...(allowed ?? [])].find((tag) => tag !== undefined);
  const language = ranked(wanted).map(lookup).find(fits) ?? (allowed?.has('en') ? 'en' : (first ?? 'en'));
  return { language, ...(CATALOGUE[language] as Language) };
}

/** The tags of an `Accept-Language` list, most wanted first; `q=0` is not wanted at all. */
function ranked(wanted: string): string[] {
  return wanted
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((x) => x.trim());
      const q = parameters.find((x) => x.startsWith('q='));
      return { tag, q: q ? Number(q.slice(2)) : 1 };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}
