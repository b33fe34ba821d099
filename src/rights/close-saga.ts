import { homeOf } from '../consent';
import {
  type CallContext,
  DAY,
  everyVault,
  type KeyRef,
  need,
  rfc3339,
  type Saga,
  utcDay,
  type Wire,
} from '../platform';
import { type CertificateFacts, type SystemResult, signCertificate } from './certificate';
import type { RightsSagaPorts } from './saga-ports';
import type { SystemOutcome } from './system';
import type { OwnErasure } from './system-operations';

const closing: CallContext = { actor: { type: 'system', id: 'erasure' } };

/** `open`: somebody is still waited for, and another run is on the clock. */
export type CloseState = { request: string; run: number; open?: boolean; own?: Wire; systems?: Wire };

/** The end of an erasure: every foreign system answers, then the certificate is signed, the person told, the last key gone. */
export function closeSaga(ports: RightsSagaPorts): Saga<CloseState> {
  const steps: Record<string, (s: CloseState, command: string) => Promise<CloseState>> = {
    ask: async (s, command) => {
      const home = homeOf(ports.vaults, s.request);
      const { systems, identifiers } = need(await home.run('request.systems', { request: s.request }, closing));
      for (const name of systems) {
        const answer = await asked(ports, name, { request: s.request, identifiers });
        const input = { request: s.request, system: name, ...answer };
        need(await home.run('request.system_answered', input, { ...closing, command: `${command}:${name}` }));
      }
      return s;
    },
    settle: async (s, command) => {
      const home = homeOf(ports.vaults, s.request);
      const input = { request: s.request, run: s.run };
      const settled = need(await home.run('request.settled', input, { ...closing, command }));
      const { open, own, systems } = settled as { open: boolean; own: Wire; systems: Wire };
      return open ? { ...s, open } : { ...s, open, own, systems };
    },
    certify: async (s, command) => {
      if (s.open) return s;
      const home = homeOf(ports.vaults, s.request);
      const facts = need(await home.run('request.case', { request: s.request }, closing));
      const own = s.own as unknown as OwnErasure;
      const said = certificateOf(s.request, own, s.systems as unknown as SystemResult[], facts);
      const certificate = signCertificate(said, ports.receiptKeys[0]!);
      const input = { request: s.request, certificate, persons: own.persons };
      need(await home.run('request.erased', input, { ...closing, command }));
      return s;
    },
    forget: async (s) => {
      if (s.open) return s;
      const refs: KeyRef[] = [{ person: s.request, class: 'ordinary' }];
      await ports.keyring.destroy(refs, ports.clock.now());
      await forgetKeys(ports, refs);
      await ports.truncate?.();
      return s;
    },
  };
  return { kind: 'request.close', steps: Object.entries(steps).map(([name, run]) => ({ name, run })) };
}

/** One system's answer; what it throws is kept as words for staff, and it is asked again. */
async function asked(
  ports: RightsSagaPorts,
  name: string,
  subject: { request: string; identifiers: { type: string; id: string }[] },
): Promise<{ answer: (SystemOutcome & Wire) | null; error?: string }> {
  const system = ports.systems?.find((s) => s.name === name);
  if (!system) return { answer: null, error: 'this system is not configured any more' };
  try {
    return { answer: (await system.erase(subject)) as SystemOutcome & Wire };
  } catch (e) {
    return { answer: null, error: (e instanceof Error ? e.message : String(e)).slice(0, 300) };
  }
}

/** The vaults forget keys that the ring has destroyed. */
export async function forgetKeys(ports: RightsSagaPorts, refs: KeyRef[]): Promise<void> {
  for (const vault of everyVault(ports.vaults)) need(await vault.run('rights.forget_keys', { refs }, closing));
}

type CaseFacts = { received_at: number; controller: string; backup_days: number };

const certificateOf = (
  request: string,
  own: OwnErasure,
  systems: readonly SystemResult[],
  f: CaseFacts,
): CertificateFacts => ({
  request,
  person: own.persons[0]!,
  controller: f.controller,
  requested_at: rfc3339(f.received_at),
  erased_at: rfc3339(own.keys_destroyed_at),
  keys_destroyed_at: rfc3339(own.keys_destroyed_at),
  systems: [...own.systems, ...systems],
  log: own.log,
  suppressed_keys: own.suppressed,
  backups_until: utcDay(own.keys_destroyed_at + f.backup_days * DAY),
});
