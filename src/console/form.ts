import { readText } from '../http';
import { type FieldError, Refusal, sameBytes, utf8 } from '../platform';

/** Forms are small; a notice in many languages is the largest. */
export const FORM_LIMIT = 512 * 1024;

/** The fields of a posted form. Text is trimmed; what isn't there is empty. */
export class Form {
  constructor(private readonly fields: URLSearchParams) {}
  text(name: string): string {
    return (this.fields.get(name) ?? '').replaceAll('\r\n', '\n').trim();
  }
  /** Undefined when it is empty. */
  maybe(name: string): string | undefined {
    return this.text(name) || undefined;
  }
  all(name: string): string[] {
    return this.fields.getAll(name).map((s) => s.trim());
  }
  flag(name: string): boolean {
    return this.fields.has(name);
  }
  /** Lines or comma-separated words, without empty ones. */
  list(name: string): string[] {
    return this.text(name)
      .split(/[\n,]/)
      .map((s) => s.trim())
      .filter(Boolean);
  }
  /** `prefix.rest` → value, of all fields with the prefix that aren't empty. */
  record(prefix: string): Record<string, string> {
    const found = [...this.fields.keys()].filter((k) => k.startsWith(`${prefix}.`));
    return Object.fromEntries(found.map((k) => [k.slice(prefix.length + 1), this.text(k)]).filter(([, v]) => v));
  }
}

const isForm = (type: string | null): boolean =>
  type?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';

/** Reads a posted form, at most {@link FORM_LIMIT} bytes. */
export async function readForm(request: Request): Promise<Form> {
  if (!isForm(request.headers.get('content-type'))) throw new Refusal('malformed', 'a form is expected');
  const text = await readText(request, FORM_LIMIT);
  if (/%00|\0/.test(text)) throw new Refusal('malformed', 'a field contains NUL');
  return new Form(new URLSearchParams(text));
}

const crossSite = (message: string): Refusal => new Refusal('forbidden', message);

/**
 * Did one of our own pages send this? Browsers send `Origin` with every POST, and `Sec-Fetch-Site` where they know it;
 * neither can be forged by a page. Guards sign-in too, where no session's token exists yet (login CSRF).
 */
export function requireSameOrigin(request: Request, publicUrl: string): void {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') throw crossSite('this form was sent from another site');
  if (request.headers.get('origin') !== new URL(publicUrl).origin)
    throw crossSite('this form was not sent from a page of the console');
}

/** The session's own token, in every form. */
export function requireToken(form: Form, csrf: string): void {
  if (!sameBytes(utf8(form.text('csrf')), utf8(csrf)))
    throw crossSite('this form is from another session: open the page again');
}

/** Errors by the last member of their path, as forms show them. */
export type FormErrors = { message: string; fields: Readonly<Record<string, string>> } | undefined;

export function errorsOf(e: { message: string; fields?: unknown }): NonNullable<FormErrors> {
  const list = Array.isArray(e.fields) ? (e.fields as FieldError[]) : [];
  const fields = list.map((f) => [f.path.replace(/^\/(body|query|path)\//, '').replaceAll('/', '.'), f.message]);
  return { message: e.message, fields: Object.fromEntries(fields) as Record<string, string> };
}
