/** Countries where Google and Microsoft enforce consent: EEA, United Kingdom, Switzerland. */
export const STRICT_REGIONS =
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IS IT LI LV LT LU MT NL NO PL PT RO SE SI SK ES GB CH'.split(' ');

/** The words of one vendor, and whether each is allowed. */
export type Words = Record<string, boolean>;

/**
 * What one vendor is told. A purpose names what follows it in `signals`: a plain word is a Google Consent Mode v2 type
 * (`analytics_storage`, vendor ''), otherwise `vendor:word` (`uet:ad_storage`). A word that several purposes share is
 * allowed only if all of them are.
 */
export function wordsOf(
  purposes: readonly { key: string; signals: string[] }[],
  vendor: string,
  allows: (purpose: string) => boolean,
): Words {
  const words: Words = {};
  for (const { key, signals } of purposes)
    for (const signal of signals) {
      const [word, of = ''] = signal.split(':').reverse() as [string, string?];
      if (of === vendor) words[word] = (words[word] ?? true) && allows(key);
    }
  return words;
}

/** The words in another vendor's spelling of yes and no. */
export const spell = (words: Words, yes: string, no: string): Record<string, string> =>
  Object.fromEntries(Object.entries(words).map(([word, on]) => [word, on ? yes : no]));

export const storage = (words: Words): Record<string, string> => spell(words, 'granted', 'denied');
