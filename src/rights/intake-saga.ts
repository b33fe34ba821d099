import { followMerges, homeOf } from '../consent';
import { type CallContext, DAY, fromBase64url, need, type Saga, vaultOfBits } from '../platform';
import { suppressionScopes } from './at-once';
import type { MailKind } from './mails';
import { recipientOf } from './recipient';
import { needsProof } from './rules';
import type { RightsSagaPorts } from './saga-ports';

const intake: CallContext = { actor: { type: 'system', id: 'rights' } };

export type IntakeState = { request: string };

/** Finds out whom a request is about, then acts at once, asks for proof, or leaves it to staff. */
export function intakeSaga(ports: RightsSagaPorts): Saga<IntakeState> {
  const { vaults } = ports;
  const factsOf = async (request: string) =>
    need(await homeOf(vaults, request).run('request.facts', { request }, intake))!;
  return {
    kind: 'request.intake',
    steps: [
      {
        name: 'find',
        run: async (s, command) => {
          const facts = await factsOf(s.request);
          const home = homeOf(vaults, s.request);
          if (facts.person) {
            const now = await followMerges(vaults, facts.person, intake);
            const moved = { request: s.request, person: now, unprove: true };
            if (now !== facts.person) need(await home.run('request.found', moved, { ...intake, command }));
            return s;
          }
          const found = need(await home.run('identity.find', { ident: facts.ident }, intake)).person;
          const person = found && (await followMerges(vaults, found, intake));
          need(await home.run('request.found', { request: s.request, person: person ?? null }, { ...intake, command }));
          return s;
        },
      },
      {
        name: 'answer',
        run: async (s, command) => {
          const facts = await factsOf(s.request);
          const home = homeOf(vaults, s.request);
          const context = { ...intake, command };
          if (facts.state !== 'received') return s;
          if (facts.at_once) {
            const record = await narrow(ports, facts, command);
            need(await home.run('request.acted', { request: s.request, record }, context));
          } else if (facts.verified || !needsProof(facts))
            need(await home.run('request.go_on', { request: s.request }, context));
          else if (facts.person) need(await home.run('request.ask_proof', { request: s.request }, context));
          return s;
        },
      },
    ],
  };
}

type Facts = {
  id: string;
  person: string | null;
  right: Parameters<typeof suppressionScopes>[0];
  ident: Parameters<typeof recipientOf>[1];
};

/** For a person: an act of theirs. For an address that is nobody's: a suppression, so that no later list brings it back. */
async function narrow(ports: RightsSagaPorts, f: Facts, command: string): Promise<string | null> {
  if (f.person) {
    const input = { person: f.person, right: f.right, request: f.id, region: 'unknown' };
    const home = homeOf(ports.vaults, f.person);
    return need(await home.run('rights.act', input, { ...intake, command: `${command}:act` })).record;
  }
  if (f.ident.exact.length === 0) return null;
  const home = vaultOfBits(ports.vaults, f.ident.bits);
  for (const scope of suppressionScopes(f.right, ports.book)) {
    const input = { hashes: f.ident.exact, scope, reason: 'objected' as const };
    need(await home.run('identity.suppress', input, { ...intake, command: `${command}:${scope}` }));
  }
  return null;
}

export type MailState = { request: string; kind: MailKind };

/** One mail about a request, to an address that was known before, within the limits. */
export function mailSaga(ports: RightsSagaPorts): Saga<MailState> {
  return {
    kind: 'request.mail',
    steps: [
      {
        name: 'send',
        run: async (s, command) => {
          await sendMail(ports, s, command);
          return s;
        },
      },
    ],
  };
}

/** Where the link of each kind leads. */
const PATHS: Partial<Record<MailKind, string>> = { confirm: 'confirm', package: 'package', cooling_off: 'cancel' };

async function sendMail(ports: RightsSagaPorts, { request, kind }: MailState, command: string): Promise<void> {
  const { vaults } = ports;
  const at = homeOf(vaults, request);
  const m = need(await at.run('request.mail', { request, kind }, intake));
  if (!m) return;
  const { token, ...rest } = m.facts;
  const facts = { ...rest, link: token && `${ports.publicUrl}/v1/requests/${request}/${PATHS[kind]}?token=${token}` };
  const unsent = async (why: string) => {
    need(await at.run('request.unsent', { request, kind, why }, { ...intake, command: `${command}:unsent` }));
  };
  if (m.reply_to) {
    const input = { request, to: m.reply_to, facts };
    need(await at.run('request.queue_mail', input, { ...intake, command }));
    return;
  }
  if (!m.person) return unsent('nobody_known');
  const home = homeOf(vaults, m.person);
  const contacts = need(await home.run('rights.contacts', { person: m.person, why: `mail ${kind}` }, intake));
  const to = recipientOf(contacts, m.ident, m.typed);
  if (to === null) return unsent('no_email_known');
  const allowed = await spend(ports, { to, kind, site: m.site, network: m.network, ...m.limits }, command);
  if (!allowed) return unsent('too_many_mails');
  need(await home.run('rights.mail', { person: m.person, to, facts }, { ...intake, command }));
}

type Limits = {
  to: string;
  kind: MailKind;
  site: string | null;
  network: string | null;
  mails_per_day: number;
  site_mails_per_day: number;
  network_mails_per_day: number;
};

/**
 * Counts a mail that anybody can cause against the network that asked, the site, and last its recipient (every spelling of
 * the mailbox is one). A mere notice goes out only where nothing else did, so that it takes no place from a proof. Mails
 * that a proved asker or staff have caused are not limited.
 */
async function spend(ports: RightsSagaPorts, l: Limits, command: string): Promise<boolean> {
  if (l.kind !== 'confirm' && l.kind !== 'acted') return true;
  const take = async (key: string, max: number) => {
    const vault = vaultOfBits(ports.vaults, Buffer.from(fromBase64url(key)).readUInt16BE(0));
    const input = { key, budgets: [{ max, windowMs: DAY }] };
    return need(await vault.run('request.spend', input, { ...intake, command: `${command}:${key}` })).allowed;
  };
  if (l.network && !(await take(l.network, l.network_mails_per_day))) return false;
  if (l.site && !(await take(ports.lookup.limitKey('rights.site', l.site), l.site_mails_per_day))) return false;
  const folded = ports.lookup.ident({ type: 'email', id: l.to }).folded[0]!;
  return take(ports.lookup.limitKey('rights.mail', folded), l.kind === 'acted' ? 1 : l.mails_per_day);
}
