/** Picks the text in a language, else in the fallback, else in any. */
export const inLanguage = (texts: Readonly<Record<string, string>>, language: string, fallback: string): string =>
  texts[language] ?? texts[fallback] ?? Object.values(texts)[0] ?? '';
