import { type consentOps, findPerson, followMerges, homeOf } from '../consent';
import { type identityOps, isDirect, type Lookup, type PlainIdent, type Subject } from '../identity';
import { type CallContext, type FieldError, need, Refusal, type Vaults, vaultOfBits } from '../platform';
import type { peopleOps } from './operations';

export type PeopleVaultOps = typeof peopleOps & typeof consentOps & typeof identityOps;
export type ClaimPorts = { vaults: Vaults<PeopleVaultOps>; lookup: Lookup };

export type ClaimStatus = 'known' | 'claimed' | 'suppressed' | 'conflict' | 'too_many';
export type Claimed = {
  person: string;
  created: boolean;
  /** The direct identifiers that are the person's now: to be written beside them as contact points. */
  points: PlainIdent[];
  identifiers: { type: string; status: ClaimStatus }[];
};

/** Reads all identifiers at once, or says everything that is wrong with them. */
export function readIdents(
  lookup: Lookup,
  subjects: readonly { subject: Subject; path: string }[],
  country?: string,
): PlainIdent[] {
  const wrong: FieldError[] = [];
  const idents = subjects.flatMap(({ subject, path }) => {
    try {
      return [lookup.plain(subject, country)];
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
      wrong.push({ path, message: e.message });
      return [];
    }
  });
  if (wrong.length > 0) throw new Refusal('invalid', 'these can not be identifiers', wrong);
  return idents;
}

/**
 * Finds the person behind identifiers, or makes one. Exact identifiers join; nothing else does. Every identifier is
 * claimed in the vault of its own bits before it is used. A suppressed one is never claimed again; one that is somebody
 * else's stays theirs, and both persons are proposed as duplicates. `create: false` answers null for nobody.
 */
export async function claimPerson(
  ports: ClaimPorts,
  who: { subject: Subject; others: readonly Subject[]; country?: string; create: boolean },
  context: CallContext,
): Promise<Claimed | null> {
  const quiet = { ...context, command: undefined, fingerprint: undefined };
  const idents = readIdents(ports.lookup, identsIn(who), who.country);
  const known = await findKnown(ports, who.subject, idents, quiet);
  if (!known && (!who.create || who.subject.type === 'person')) return null;
  const made = known ? { person: known, created: false } : await ensure(ports, idents[0]!, quiet);
  const claimed: Claimed = { ...made, points: [], identifiers: [] };
  const room = await roomFor(ports, made.person, idents, quiet);
  for (const ident of idents) {
    const status = room.full.includes(ident.type) ? 'too_many' : await claimOne(ports, ident, made.person, quiet);
    claimed.identifiers.push({ type: ident.type, status });
    if ((status === 'claimed' || status === 'known') && isDirect(ident.type)) claimed.points.push(ident);
  }
  return claimed;
}

const identsIn = (who: { subject: Subject; others: readonly Subject[] }) => [
  ...(who.subject.type === 'person' ? [] : [{ subject: who.subject, path: '/body/subject/id' }]),
  ...who.others.map((subject, i) => ({ subject, path: `/body/identifiers/${i}/id` })),
];

async function ensure(ports: ClaimPorts, ident: PlainIdent, context: CallContext) {
  const bare = hashesOf(ident);
  const made = need(await vaultOfBits(ports.vaults, ident.bits).run('identity.ensure', { ident: bare }, context));
  const person = await followMerges(ports.vaults, made.person, context);
  if (!person) throw new Refusal('gone', 'this person was erased');
  return { person, created: made.created };
}

/** The named person; else the one person to whom the other identifiers lead, if the named identifier may join them. */
async function findKnown(
  ports: ClaimPorts,
  subject: Subject,
  idents: readonly PlainIdent[],
  context: CallContext,
): Promise<string | null> {
  const named = await findPerson(ports.vaults, ports.lookup, subject, context);
  if (named || subject.type === 'person') return named;
  const found = new Set<string>();
  for (const ident of idents.slice(1)) {
    const holder = await holderOfIdent(ports, ident, context);
    if (holder) found.add(holder);
  }
  const [only] = found;
  if (found.size !== 1 || !only) return null;
  const room = await roomFor(ports, only, idents, context);
  return room.other_customer ? null : only;
}

async function holderOfIdent(ports: ClaimPorts, ident: PlainIdent, context: CallContext): Promise<string | null> {
  const vault = vaultOfBits(ports.vaults, ident.bits);
  const { person } = need(await vault.run('identity.find', { ident: hashesOf(ident) }, context));
  return person && followMerges(ports.vaults, person, context);
}

/** Which kinds of identifiers have no room any more, and whether a customer number contradicts the one on record. */
async function roomFor(ports: ClaimPorts, person: string, idents: readonly PlainIdent[], context: CallContext) {
  const given = idents.map((i) => ({ type: i.type, value: i.type === 'customer' ? i.value : '', hashes: i.hashes }));
  return need(await homeOf(ports.vaults, person).run('people.room', { person, given }, context));
}

async function claimOne(
  ports: ClaimPorts,
  ident: PlainIdent,
  person: string,
  context: CallContext,
): Promise<ClaimStatus> {
  const vault = vaultOfBits(ports.vaults, ident.bits);
  const result = await vault.run('identity.claim', { ident: hashesOf(ident), person }, context);
  if (result.ok) return 'claimed';
  if (result.error.code === 'gone') return 'suppressed';
  if (result.error.code !== 'conflict') need(result);
  return settleConflict(ports, ident, person, context);
}

/** Somebody else's identifier: theirs by an earlier merge into this person, or a sign that the two are one. */
async function settleConflict(
  ports: ClaimPorts,
  ident: PlainIdent,
  person: string,
  context: CallContext,
): Promise<ClaimStatus> {
  const holder = await holderOfIdent(ports, ident, context);
  if (holder === person) return 'known';
  if (holder) {
    const proposal = { person, other: holder, reasons: [`same_${ident.type}`], score: 950 };
    need(await homeOf(ports.vaults, person).run('people.propose', proposal, context));
  }
  return 'conflict';
}

/** Without the plain value: the directory's vault has no business with it. */
const hashesOf = ({ raw, value, ...ident }: PlainIdent) => ident;
