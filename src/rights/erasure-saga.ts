import { homeOf } from '../consent';
import { type CallContext, everyVault, type KeyRef, need, type Saga, vaultOfBits } from '../platform';
import type { SystemResult } from './certificate';
import { forgetKeys } from './close-saga';
import { withAliases } from './collect';
import type { ErasedHere } from './person-operations';
import { recipientOf } from './recipient';
import type { RightsSagaPorts } from './saga-ports';
import type { OwnErasure } from './system-operations';

/** What the saga's books hold: pseudonyms, counts and times. Addresses never. */
export type EraseState = {
  request: string;
  /** The person first, then everybody who was merged into them. */
  persons?: string[];
  /** A legal hold stands against it: nothing was done. */
  held?: boolean;
  suppressed?: number;
  done?: (ErasedHere & { vault: number })[];
  keys_destroyed_at?: number;
};

const erasing: CallContext = { actor: { type: 'system', id: 'erasure' } };

/**
 * Erasure, step by step; each is idempotent, and a crash between any two goes on where it stood. At no moment is more
 * allowed than before: first nobody may store the identifiers again, then every check says no, then the rows go, and the
 * key last, when no committed row needs it.
 */
export function eraseSaga(ports: RightsSagaPorts): Saga<EraseState> {
  const steps: Record<string, (s: EraseState, command: string) => Promise<EraseState>> = {
    persons: async (s) => ({ ...s, persons: await personsOf(ports, s.request) }),
    hold: (s, command) => holdBack(ports, s, command),
    suppress: (s, command) => suppressAll(ports, s, command),
    freeze: async (s, command) => {
      for (const person of s.persons!) {
        const input = { person, request: s.request };
        need(
          await homeOf(ports.vaults, person).run('rights.freeze', input, {
            ...erasing,
            command: `${command}:${person}`,
          }),
        );
      }
      return s;
    },
    release: async (s, command) => {
      for (const [i, vault] of everyVault(ports.vaults).entries())
        for (const person of s.persons!)
          need(await vault.run('identity.release', { person }, { ...erasing, command: `${command}:${i}:${person}` }));
      return s;
    },
    erase: async (s, command) => {
      const done: (ErasedHere & { vault: number })[] = [];
      for (const [i, vault] of everyVault(ports.vaults).entries()) {
        const input = { persons: s.persons!, request: s.request };
        done.push({
          ...need(await vault.run('rights.erase', input, { ...erasing, command: `${command}:${i}` })),
          vault: i,
        });
      }
      return { ...s, done };
    },
    destroy: async (s) => {
      const at = ports.clock.now();
      await ports.keyring.destroy(keysOf(s), at);
      await forgetKeys(ports, keysOf(s));
      return { ...s, keys_destroyed_at: at };
    },
    record: async (s, command) => {
      const home = homeOf(ports.vaults, s.request);
      need(await home.run('request.own_erased', { request: s.request, own: ownOf(s) }, { ...erasing, command }));
      return s;
    },
  };
  const unlessHeld = (run: (typeof steps)[string]) => async (s: EraseState, command: string) =>
    s.held ? s : run(s, command);
  return {
    kind: 'request.erase',
    steps: Object.entries(steps).map(([name, run]) => ({ name, run: unlessHeld(run) })),
  };
}

/** A legal hold on the person, or on somebody who was merged into them, stops everything before it begins. */
async function holdBack(ports: RightsSagaPorts, s: EraseState, command: string): Promise<EraseState> {
  const found = await Promise.all(
    everyVault(ports.vaults).map(async (v) => need(await v.run('hold.living', { persons: s.persons! }, erasing))),
  );
  const holds = found.flat();
  if (holds.length === 0) return s;
  const home = homeOf(ports.vaults, s.request);
  need(await home.run('request.held', { request: s.request, holds }, { ...erasing, command }));
  return { ...s, held: true };
}

/** The person, and whoever was merged into them. */
async function personsOf(ports: RightsSagaPorts, request: string): Promise<string[]> {
  const facts = need(await homeOf(ports.vaults, request).run('request.facts', { request }, erasing));
  return facts?.person ? withAliases(ports.vaults, facts.person, erasing) : [];
}

/**
 * Suppresses every identifier that we can name: the contact points, and the one that was asked with. Exact keys go to the
 * vault that answers for the identifier; folded ones to all, since another spelling of the mailbox has bits of its own.
 */
async function suppressAll(ports: RightsSagaPorts, s: EraseState, command: string): Promise<EraseState> {
  const home = homeOf(ports.vaults, s.request);
  const facts = need(await home.run('request.facts', { request: s.request }, erasing))!;
  const contacts = await contactsOf(ports, s.persons!);
  const idents = [facts.ident, ...contacts.flatMap((c) => (c.value === null ? [] : [identOf(ports, c.kind, c.value)]))];
  const reason = 'erased' as const;
  for (const [n, ident] of idents.entries()) {
    if (ident.exact.length > 0) {
      const input = { hashes: ident.exact, scope: '*', reason };
      const vault = vaultOfBits(ports.vaults, ident.bits);
      need(await vault.run('identity.suppress', input, { ...erasing, command: `${command}:${n}` }));
    }
    if (ident.folded.length === 0) continue;
    for (const [v, vault] of everyVault(ports.vaults).entries()) {
      const input = { hashes: ident.folded, scope: '*', reason };
      need(await vault.run('identity.suppress', input, { ...erasing, command: `${command}:${n}:${v}` }));
    }
  }
  const identifiers = contacts.flatMap((c) => (c.value === null ? [] : [{ type: c.kind, id: c.value }]));
  const systems = (ports.systems ?? []).map((system) => system.name);
  const kept = { request: s.request, to: recipientOf(contacts, facts.ident, null), identifiers, systems };
  need(await home.run('request.capture', kept, { ...erasing, command: `${command}:kept` }));
  return { ...s, suppressed: new Set(idents.flatMap((i) => [...i.exact, ...i.folded])).size };
}

async function contactsOf(ports: RightsSagaPorts, persons: readonly string[]) {
  const why = 'erasure: suppression';
  const lists = await Promise.all(
    persons.map(async (person) =>
      need(await homeOf(ports.vaults, person).run('rights.contacts', { person, why }, erasing)),
    ),
  );
  return lists.flat();
}

const identOf = (ports: RightsSagaPorts, kind: string, value: string) =>
  ports.lookup.ident({ type: kind as 'email', id: value });

/** The ordinary keys of the person and of every other request whose words have gone; this request's own key goes last. */
const keysOf = (s: EraseState): KeyRef[] =>
  [...s.persons!, ...s.done!.flatMap((d) => d.requests).filter((r) => r !== s.request)].map((person) => ({
    person,
    class: 'ordinary',
  }));

/** One line per room of our own store; outcomes of connectors join them. */
function systemsOf(s: EraseState): SystemResult[] {
  const deleted = new Map<string, number>();
  for (const d of s.done!)
    for (const [name, n] of Object.entries(d.deleted)) deleted.set(name, (deleted.get(name) ?? 0) + n);
  const retained = new Map(s.done!.flatMap((d) => d.retained).map((r) => [r.what, r]));
  const rooms = [...deleted].map(([name, n]) => ({
    system: `own_store/${name}`,
    outcome: n > 0 ? 'done' : 'not_found',
    deleted: n,
    retained: [],
  }));
  return [...rooms, { system: 'own_store', outcome: 'done', deleted: 0, retained: [...retained.values()] }];
}

const ownOf = (s: EraseState): OwnErasure => ({
  persons: s.persons!,
  suppressed: s.suppressed!,
  keys_destroyed_at: s.keys_destroyed_at!,
  systems: systemsOf(s),
  log: s.done!.map((d) => ({ log: `vault-${d.vault}`, entry: d.log_seq, payloads: d.payloads })),
});
