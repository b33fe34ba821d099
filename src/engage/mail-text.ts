import type { Campaign } from './kinds';

/** A mail as a mail server takes it. */
export type RenderedMail = {
  to: string;
  subject: string;
  text: string;
  html?: string;
  headers: Record<string, string>;
};

/** Where a text wants the way out; without it the way out stands at the end. */
const PLACE = '{{unsubscribe}}';

const WAY_OUT: Readonly<Record<string, string>> = {
  en: 'Unsubscribe',
  de: 'Abbestellen',
  sv: 'Avregistrera',
  fr: 'Se désabonner',
  es: 'Darse de baja',
  it: 'Annulla l’iscrizione',
  nl: 'Afmelden',
  vi: 'Hủy đăng ký',
};

/**
 * The mail of a campaign, with the one-click way out of RFC 8058: `List-Unsubscribe` with one https address, and
 * `List-Unsubscribe-Post`, both of which the sender's DKIM signature has to cover. `link` is null for what isn't
 * marketing.
 */
export function renderMail(
  c: Pick<Campaign, 'content'>,
  to: string,
  link: string | null,
  language = 'en',
): RenderedMail {
  const spoken = Object.hasOwn(c.content, language) ? language : Object.keys(c.content)[0]!;
  const { subject, text, html } = c.content[spoken]!;
  if (link === null) return { to, subject, text, html, headers: {} };
  const label = WAY_OUT[spoken.slice(0, 2)] ?? WAY_OUT.en!;
  return {
    to,
    subject,
    text: placed(text, link, `\n\n-- \n${label}: ${link}\n`),
    html: html === undefined ? undefined : placed(html, escapeHtml(link), htmlFooter(link, label)),
    headers: { 'List-Unsubscribe': `<${link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  };
}

const placed = (body: string, link: string, footer: string): string =>
  body.includes(PLACE) ? body.replaceAll(PLACE, () => link) : body + footer;

const htmlFooter = (link: string, label: string): string =>
  `<p style="font-size:small"><a href="${escapeHtml(link)}">${escapeHtml(label)}</a></p>`;

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
