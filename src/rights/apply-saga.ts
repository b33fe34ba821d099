import { homeOf } from '../consent';
import { type CallContext, everyVault, type KeyRef, need, type Saga } from '../platform';
import type { RightsSagaPorts } from './saga-ports';

const applying: CallContext = { actor: { type: 'system', id: 'rights' } };

/** Restriction and objection: the person's vault does it, then the request says so. */
export function applySaga(ports: RightsSagaPorts): Saga<{ request: string }> {
  const apply = async (s: { request: string }, command: string) => {
    const home = homeOf(ports.vaults, s.request);
    const facts = need(await home.run('request.facts', { request: s.request }, applying));
    if (!facts?.person) throw new Error('a request that is carried out is about somebody');
    const input = { person: facts.person, right: facts.right, request: s.request };
    const there = homeOf(ports.vaults, facts.person);
    const result = need(await there.run('rights.apply', input, { ...applying, command: `${command}:apply` }));
    need(await home.run('request.applied', { request: s.request, result }, { ...applying, command }));
    return s;
  };
  return { kind: 'request.apply', steps: [{ name: 'apply', run: apply }] };
}

/** What outlives an erasure for a while, and then goes too: the evidence, and the record of a closed request. */
export type EndState = { persons: string[]; refs: KeyRef[] };

export function endSaga(ports: RightsSagaPorts): Saga<EndState> {
  return {
    kind: 'rights.end',
    steps: [
      {
        name: 'log',
        run: async (s, command) => {
          if (s.persons.length === 0) return s;
          for (const [i, vault] of everyVault(ports.vaults).entries()) {
            const context = { ...applying, command: `${command}:${i}` };
            need(await vault.run('rights.end_evidence', { persons: s.persons }, context));
          }
          return s;
        },
      },
      {
        name: 'keys',
        run: async (s) => {
          await ports.keyring.destroy(s.refs, ports.clock.now());
          for (const vault of everyVault(ports.vaults))
            need(await vault.run('rights.forget_keys', { refs: s.refs }, applying));
          await ports.truncate?.();
          return s;
        },
      },
    ],
  };
}
