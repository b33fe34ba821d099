import { queueMail } from '../delivery';
import { contactPoints, personById } from '../identity';
import { base64url, DAY, fromBase64url, hmac, type Keys, Refusal, sameBytes, utf8, type Writer } from '../platform';
import { currentRulebook, readState } from './ledger';
import { type Recorded, recordAct } from './record';
import { inLanguage } from './texts-of';

/**
 * Double opt-in: the first step is an act that stands as `requested` (a no), the second a deliberate confirmation from
 * the contact point itself. Both are records. Opening the link changes nothing; only the button behind it does.
 */
export type ConfirmationToken = { person: string; record: string; expires: number };

/** People read mail within a week or never. */
export const CONFIRMATION_TTL = 7 * DAY;

const mac = (keys: Pick<Keys, 'own'>, body: string): Uint8Array => hmac(keys.own('confirmation'), body);

export function makeToken(keys: Pick<Keys, 'own'>, t: ConfirmationToken): string {
  const body = base64url(utf8(JSON.stringify([t.person, t.record, t.expires])));
  return `ct_${body}.${base64url(mac(keys, body))}`;
}

/** The person that a token speaks of, unproved: it only says which vault can check it. */
export function personIn(token: string): string | undefined {
  const parts = partsOf(token);
  return typeof parts?.[0] === 'string' ? parts[0] : undefined;
}

function partsOf(token: string): unknown[] | undefined {
  try {
    const body: unknown = JSON.parse(Buffer.from(token.slice(3).split('.')[0] ?? '', 'base64url').toString('utf8'));
    return token.startsWith('ct_') && Array.isArray(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a token of this vault; undefined for a forged, foreign or expired one. */
export function readToken(keys: Pick<Keys, 'own'>, token: string, now: number): ConfirmationToken | undefined {
  const [body = '', tag = ''] = token.slice(3).split('.');
  const [person, record, expires] = partsOf(token) ?? [];
  if (typeof person !== 'string' || typeof record !== 'string' || typeof expires !== 'number') return undefined;
  return expires > now && sameBytes(fromBase64url(tag), mac(keys, body)) ? { person, record, expires } : undefined;
}

/** Writes to the person's known addresses, if any of their acts waits for a confirmation. One mail per record. */
export function askToConfirm(w: Writer, person: string, language: string): void {
  const state = readState(w.db, person);
  const waiting = (state?.acts ?? []).filter((a) => a.s === 'requested');
  if (waiting.length === 0 || personById(w.db, person)?.keyed !== 1) return;
  const book = currentRulebook(w.db);
  const addresses = contactPoints(w, person).filter((c) => c.kind === 'email' && c.value !== null);
  for (const record of new Set(waiting.map((a) => a.rec))) {
    const names = waiting
      .filter((a) => a.rec === record)
      .map((a) => inLanguage(book.purposes[a.p]?.name ?? {}, language, 'en'));
    const token = makeToken(w.keys, { person, record, expires: w.now + CONFIRMATION_TTL });
    const link = `${w.vault.publicUrl}/confirm?token=${encodeURIComponent(token)}`;
    for (const to of addresses)
      queueMail(
        w,
        { to: to.value!, ...mailText(language, book.controller.name, names, link) },
        { person, keyed: true, kind: 'double_opt_in' },
      );
  }
}

function mailText(
  language: string,
  controller: string,
  names: readonly string[],
  link: string,
): { subject: string; text: string } {
  const list = names.map((n) => `- ${n}`).join('\n');
  if (language.startsWith('de')) {
    return {
      subject: `Bitte bestätigen Sie Ihre Wahl bei ${controller}`,
      text: `Jemand hat mit dieser Adresse bei ${controller} erlaubt:\n${list}\n\nWenn Sie das waren, öffnen Sie diese Seite und bestätigen Sie:\n${link}\n\nWenn nicht, tun Sie nichts: Ohne Bestätigung gilt es nicht. Der Link gilt sieben Tage.\n`,
    };
  }
  return {
    subject: `Please confirm your choice at ${controller}`,
    text: `Somebody has used this address at ${controller} to allow:\n${list}\n\nIf that was you, open this page and confirm:\n${link}\n\nIf not, do nothing: without confirmation it doesn't count. The link works for seven days.\n`,
  };
}

/** The second step: what was requested in that record is granted now. */
export function confirm(w: Writer, person: string, record: string): Recorded {
  const acts = (readState(w.db, person)?.acts ?? []).filter((a) => a.s === 'requested' && a.rec === record);
  if (acts.length === 0)
    throw new Refusal(
      'gone',
      'there is nothing left to confirm: it was confirmed before, or another choice came later',
    );
  const nv = acts[0]!.nv?.split('@');
  const language = nv ? Object.keys(currentRulebook(w.db).notices[nv[0]!]?.hashes[nv[1]!] ?? {})[0] : undefined;
  return recordAct(w, {
    person,
    method: 'custom',
    choices: Object.fromEntries(acts.map((a) => [a.p, 'granted'])),
    notice: nv && language ? { key: nv[0]!, version: Number(nv[1]), language } : undefined,
    unit: acts[0]!.unit,
    detail: { confirms: record, channel: acts[0]!.ch, contact_point: acts[0]!.cp },
  });
}
