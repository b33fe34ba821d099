import { findPerson, homeOf, type Rulebook } from '../consent';
import type { Lookup, Subject } from '../identity';
import { admitField, claimPerson, fieldOf } from '../people';
import { need, Refusal, type Vaults } from '../platform';
import type { Drop } from './drop-store';
import type { Incoming } from './event';
import { type MappedTraits, mapTraits } from './map';
import type { CollectVaultOps } from './routes.ports';
import type { Source } from './source';
import { anonymousSubject, type Signals, userSubject } from './subject';

type Ports = { vaults: Vaults<CollectVaultOps>; lookup: Lookup };

/** `identify`, `group` and `alias`: what they say about a person, as far as it may be kept. Answers what was dropped. */
export async function identify(
  ports: Ports,
  book: Rulebook,
  source: Source,
  event: Incoming,
  signals: Signals,
): Promise<Drop[]> {
  try {
    if (event.type === 'identify') return await writeTraits(ports, book, source, event, signals);
    if (event.type === 'group') return await joinGroup(ports, source, event, signals);
    return await proposeAlias(ports, source, event, signals);
  } catch (e) {
    if (e instanceof Refusal || (e instanceof Error && e.name === 'ResultError')) return [one('', codeOf(e))];
    throw e;
  }
}

const one = (purpose: string, reason: string): Drop => ({ purpose, reason, count: 1 });

/** Bad data and persons who may not come back are drops; a vault that can't answer is an error that the SDK retries. */
function codeOf(e: Error): string {
  const { code } = e as { code?: string };
  if (code === 'gone') return 'suppressed';
  if (code === 'invalid' || code === 'conflict') return 'malformed';
  throw e;
}

async function writeTraits(
  ports: Ports,
  book: Rulebook,
  source: Source,
  event: Incoming,
  signals: Signals,
): Promise<Drop[]> {
  const traits = mapTraits(book, source, event);
  const drops = traits.drops.map((d) => one(d.purpose, d.reason));
  const subject = event.user !== undefined ? userSubject(source, event.user) : anonymousSubject(event.anonymous!);
  const others: Subject[] = event.user === undefined ? [] : traits.contacts;
  const create = event.user !== undefined && wouldStore(book, source, traits, signals);
  const who = { subject, others, country: source.country, create };
  const claimed = await claimPerson(ports, who, signals.context);
  if (!claimed) return [...drops, one('', 'unknown_person')];
  const written = need(
    await homeOf(ports.vaults, claimed.person).run(
      'people.write',
      {
        person: claimed.person,
        source: source.name,
        unit: source.unit,
        attributes: traits.attributes,
        points: claimed.points.map((ident) => ({ ident, verified: false })),
        signals: { gpc: signals.gpc || undefined, region: signals.region },
        quarantine: true,
      },
      signals.context,
    ),
  );
  return [...drops, ...written.dropped.map((d) => one(d.purpose ?? '', d.reason))];
}

/** Nobody is made for nothing: a new person needs at least one value that may be stored without having been asked. */
function wouldStore(book: Rulebook, source: Source, traits: MappedTraits, signals: Signals): boolean {
  const asked = { unit: source.unit, collected_at: signals.received, gpc: signals.gpc, region: signals.region };
  return traits.attributes.some((a) =>
    admitField(
      book,
      { v: 1, acts: [] },
      fieldOf(book, a.field)!,
      { ...asked, purposes: a.purposes },
      signals.received,
    ).some((admission) => admission.allowed),
  );
}

async function personOf(ports: Ports, source: Source, event: Incoming, signals: Signals): Promise<string | null> {
  const subject = event.user !== undefined ? userSubject(source, event.user) : anonymousSubject(event.anonymous!);
  return findPerson(ports.vaults, ports.lookup, subject, signals.context);
}

/** A group that is a declared organisation; any other is unmapped. */
async function joinGroup(ports: Ports, source: Source, event: Incoming, signals: Signals): Promise<Drop[]> {
  const { group } = source;
  if (!group || !event.group) return [one('', 'unmapped')];
  const person = await personOf(ports, source, event, signals);
  if (!person) return [one(group.purpose, 'unknown_person')];
  const input = {
    person,
    group: event.group,
    kind: 'organisation' as const,
    role: group.role,
    purpose: group.purpose,
    unit: source.unit,
    source: source.name,
  };
  const joined = need(await homeOf(ports.vaults, person).run('people.join', input, signals.context));
  return joined.stored ? [] : [one(group.purpose, joined.reason)];
}

/**
 * A write key is public in every page that uses it, so it can't join two persons. An alias between two known ones is
 * proposed to staff; joining needs both proofs (`POST /v1/links`) or a decision.
 */
async function proposeAlias(ports: Ports, source: Source, event: Incoming, signals: Signals): Promise<Drop[]> {
  const person = await personOf(ports, source, event, signals);
  const previous = event.previous && (await previousOf(ports, source, event.previous, signals));
  if (person && previous && previous !== person) {
    const proposal = { person, other: previous, reasons: ['alias'], score: 500 };
    need(await homeOf(ports.vaults, person).run('people.propose', proposal, signals.context));
  }
  return [one('', 'alias_proposed')];
}

async function previousOf(ports: Ports, source: Source, previous: string, signals: Signals): Promise<string | null> {
  const anonymous = await findPerson(ports.vaults, ports.lookup, anonymousSubject(previous), signals.context);
  return anonymous ?? findPerson(ports.vaults, ports.lookup, userSubject(source, previous), signals.context);
}
