import type { Handed } from './campaign-operations';

/** What nodemailer says of a mail that a server has not taken: the step, and the server's own code if there is one. */
type MailError = { command?: unknown; responseCode?: unknown; code?: unknown };

/** Before these steps end, no server has been given the message (RFC 5321 §3.3). */
const BEFORE_DATA = /^(CONN|EHLO|HELO|LHLO|STARTTLS|AUTH.*|MAIL FROM|RCPT TO|API)$/;
const NO_CONNECTION = new Set(['ECONNREFUSED', 'EDNS', 'ENOTFOUND', 'EAUTH', 'ENOAUTH']);

/**
 * Whether a mail that failed was certainly not taken. A server's 4xx asks to try again, its 5xx says never; silence after
 * the message was handed over says nothing, and a mail that may have arrived is never sent a second time.
 */
export function outcomeOfError(error: unknown): Handed {
  const { command, responseCode, code } = (error ?? {}) as MailError;
  if (typeof responseCode === 'number' && responseCode >= 500) return 'failed';
  if (typeof responseCode === 'number' && responseCode >= 400) return 'retry';
  if (typeof command === 'string' && BEFORE_DATA.test(command)) return 'retry';
  return typeof code === 'string' && NO_CONNECTION.has(code) ? 'retry' : 'uncertain';
}
