import { base64url, sha256 } from '../platform';
import { escapeHtml } from './mails';

const STYLE =
  'body{font:17px/1.5 system-ui,sans-serif;max-width:34em;margin:10vh auto;padding:0 1em;color:#1a1a1a;background:#fff}' +
  'button{font:inherit;padding:.6em 1.2em;border:0;border-radius:6px;background:#14532d;color:#fff;cursor:pointer}' +
  'button:focus-visible{outline:3px solid #1d4ed8;outline-offset:2px}code{word-break:break-all}' +
  '@media(prefers-color-scheme:dark){body{background:#111;color:#eee}button{background:#86efac;color:#111}}';

/** Base64, as the policy wants it, of the one style that the page has. */
const STYLE_HASH = Buffer.from(sha256(STYLE)).toString('base64');

const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

/** Never cached, never framed, never in a referrer: its address carries a token. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

export type PageForm = { action: string; token: string; button: string };

/** A page with at most one button. The button posts; the page itself has changed nothing. */
export function askerPage(i: {
  language: string;
  title: string;
  text: string;
  form?: PageForm;
  status?: number;
}): Response {
  const form = i.form
    ? `<form method="post" action="${escapeHtml(i.form.action)}"><input type="hidden" name="token" value="${escapeHtml(i.form.token)}"><button type="submit">${escapeHtml(i.form.button)}</button></form>`
    : '';
  const html = [
    `<!doctype html><html lang="${escapeHtml(i.language)}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(i.title)}</title>`,
    `<style>${STYLE}</style></head><body><main><h1>${escapeHtml(i.title)}</h1><p>${escapeHtml(i.text)}</p>${form}</main></body></html>`,
  ].join('');
  return new Response(html, { status: i.status ?? 200, headers: { ...PAGE_HEADERS } });
}

/** Is this a browser's form (rather than a program's JSON)? */
export const isForm = (contentType: string | undefined): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(contentType ?? '');

/** A file name that no reader can misread. */
export const fileNameOf = (request: string): string => `data-${base64url(sha256(request)).slice(0, 8)}.zip`;
