import { type CallContext, need, type Vault } from '../platform';
import type { deliveryOps } from './operations';
import type { Mail } from './outbox';
import { eventsOf, signedHeaders, type Webhook, wants } from './webhook';

/** Hands a mail over to a mail server; throws when it wasn't taken. */
export interface MailTransport {
  send(mail: Mail): Promise<void>;
}

/** Posts to an address that the guard has found safe; throws for one that isn't. No redirects, 15 s, 64 KiB. */
export type Post = (
  url: string,
  headers: Record<string, string>,
  body: string,
) => Promise<{ status: number; retryAfter?: number }>;

export type PumpPorts = { mail: MailTransport | undefined; post: Post; random(): number; now(): number };

type Home = Vault<typeof deliveryOps>;
const pump: CallContext = { actor: { type: 'system', id: 'delivery' } };

/** Sends what is due from one database. Answers how much it tried. */
export async function pumpMails(home: Home, ports: PumpPorts): Promise<number> {
  if (!ports.mail) return 0;
  const due = need(await home.run('mail.due', { limit: 20 }, pump));
  for (const { id, attempts, mail } of due) await sendOne(home, ports, { id, attempts, mail });
  return due.length;
}

async function sendOne(
  home: Home,
  ports: PumpPorts,
  m: { id: string; attempts: number; mail: Mail | null },
): Promise<void> {
  try {
    if (m.mail) await ports.mail!.send(m.mail);
    need(await home.run('mail.sent', { id: m.id }, pump));
  } catch (e) {
    const error = e instanceof Error ? e.message : String(e);
    await home.run('mail.failed', { id: m.id, attempts: m.attempts + 1, error, jitter: ports.random() }, pump);
  }
}

/** Tells one endpoint what it hasn't been told, in order, and stops at the first failure. */
export async function pumpWebhook(home: Home, hook: Webhook, ports: PumpPorts): Promise<number> {
  if (!hook.enabled) return 0;
  const { rows, cursor } = need(await home.run('webhook.pending', { endpoint: hook.key, limit: 50 }, pump));
  let told = 0;
  for (const row of rows) {
    const events = eventsOf(row).filter((e) => wants(hook, e.type));
    const sent = await deliver(hook, row.id, events, ports);
    const attempts = (cursor?.attempts ?? 0) + 1;
    const seq = sent.ok ? row.seq : row.seq - 1;
    if (!sent.ok || events.length > 0 || row === rows.at(-1)) {
      need(
        await home.run('webhook.settle', { endpoint: hook.key, seq, ...sent, attempts, jitter: ports.random() }, pump),
      );
    }
    if (!sent.ok) return told;
    told += events.length;
  }
  return told;
}

type Sent = { ok: boolean; status: string; after?: number };

async function deliver(
  hook: Webhook,
  id: string,
  events: ReturnType<typeof eventsOf>,
  ports: PumpPorts,
): Promise<Sent> {
  for (const [i, event] of events.entries()) {
    const body = JSON.stringify(event);
    const sent = await attempt(hook, events.length > 1 ? `${id}_${i}` : id, body, ports);
    if (!sent.ok) return sent;
  }
  return { ok: true, status: 'ok' };
}

async function attempt(hook: Webhook, id: string, body: string, ports: PumpPorts): Promise<Sent> {
  try {
    const headers = signedHeaders(hook.secret, id, Math.floor(ports.now() / 1000), body);
    const { status, retryAfter } = await ports.post(hook.url, headers, body);
    return { ok: status >= 200 && status < 300, status: String(status), after: retryAfter };
  } catch (e) {
    return { ok: false, status: e instanceof Error ? e.message : String(e) };
  }
}
