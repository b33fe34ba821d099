import type { Mail } from '../delivery';
import type { DelayGround, DenialGround } from './crossmap';
import type { Right } from './rules';
import { type MailKind, rightsTexts } from './texts';

export type { MailKind } from './texts';

/** What a mail about a request says. Nothing in it was written by the asker; `message` is staff's. */
export type MailFacts = {
  kind: MailKind;
  language: string;
  right: Right;
  controller: { name: string; contact: string };
  /** Where the button leads, with a token of ours. */
  link?: string;
  code?: string;
  /** UTC ms. */
  date?: number;
  ground?: DenialGround;
  delay?: DelayGround;
  message?: string;
};

/** A placeholder is a word in braces; the texts and the values are data, nothing is evaluated. */
const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) => values[name] ?? whole);

/** One line, so that no value can start another header or imitate another paragraph's end. */
const oneLine = (s: string): string => s.replaceAll(/[\r\n\u2028\u2029]+/g, ' ').trim();

/** Text and HTML twins of one mail. */
export function renderMail(to: string, f: MailFacts): Mail {
  const t = rightsTexts(f.language);
  const mail = t.mails[f.kind];
  const values = {
    right: t.rights[f.right],
    controller: oneLine(f.controller.name),
    contact: oneLine(f.controller.contact),
    date: f.date === undefined ? '' : longDate(f.date, f.language),
    reason: f.ground ? t.grounds[f.ground] : f.delay ? t.delays[f.delay] : '',
    message: f.message ?? '',
    code: f.code ?? '',
  };
  const paragraphs = mail.paragraphs.map((p) => fill(p, values).trim()).filter((p) => p !== '');
  const code = f.code ? fill(t.code, values) : undefined;
  const parts = {
    subject: oneLine(fill(mail.subject, values)),
    paragraphs,
    action: mail.action && f.link ? { label: mail.action, link: f.link } : undefined,
    code,
    footer: fill(t.footer, values),
  };
  return { to, subject: parts.subject, text: textOf(parts), html: htmlOf(parts, f.language) };
}

/** A day in words, with its time of day in UTC: `22 November 2026, 10:00 UTC`. */
const longDate = (at: number, language: string): string =>
  `${new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;

type Parts = {
  subject: string;
  paragraphs: readonly string[];
  action: { label: string; link: string } | undefined;
  code: string | undefined;
  footer: string;
};

function textOf(p: Parts): string {
  const action = p.action ? [`${p.action.label}:\n${p.action.link}`] : [];
  return `${[...p.paragraphs, ...action, ...(p.code ? [p.code] : []), `-- \n${p.footer}`].join('\n\n')}\n`;
}

/** Text inside HTML, or inside a double-quoted attribute. */
export const escapeHtml = (s: string): string =>
  s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function htmlOf(p: Parts, language: string): string {
  const paragraph = (s: string) => `<p>${escapeHtml(s).replaceAll('\n', '<br>')}</p>`;
  const button = p.action
    ? `<p><a href="${escapeHtml(p.action.link)}" style="display:inline-block;padding:10px 16px;background:#14532d;color:#ffffff;border-radius:6px;text-decoration:none">${escapeHtml(p.action.label)}</a></p>`
    : '';
  return [
    `<!doctype html><html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><title>${escapeHtml(p.subject)}</title></head>`,
    '<body style="font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:36em;margin:0 auto;padding:16px">',
    `<h1 style="font-size:20px">${escapeHtml(p.subject)}</h1>`,
    ...p.paragraphs.map(paragraph),
    button,
    p.code ? paragraph(p.code) : '',
    `<hr><p style="color:#595959;font-size:14px">${escapeHtml(p.footer)}</p></body></html>`,
  ].join('\n');
}
