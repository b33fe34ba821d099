import { de } from './de';
import { en } from './en';
import { fr } from './fr';
import type { RightsTexts } from './shape';
import { sv } from './sv';
import { vi } from './vi';

export { MAIL_KINDS, type MailKind, type MailText, type RightsTexts } from './shape';

const all: Readonly<Record<string, RightsTexts>> = { en, de, fr, sv, vi };

/** Languages in which the product can answer an asker. */
export const RIGHTS_LANGUAGES: readonly string[] = Object.keys(all);

/** The texts in a language; English where we don't speak it. */
export const rightsTexts = (language: string): RightsTexts => all[language] ?? en;

/** The first language of an Accept-Language list (RFC 9110) that we speak. */
export function languageFor(accepted: string): string {
  const tags = accepted.split(',').map((part) => part.trim().split(/[;-]/)[0]!.toLowerCase());
  return tags.find((t) => Object.hasOwn(all, t)) ?? 'en';
}
