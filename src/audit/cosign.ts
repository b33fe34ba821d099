import { type CallContext, need } from '../platform';
import type { NamedLog } from './routes.ports';
import { addCheckpointBody, cosignaturesOf, type Witness } from './witness';

/** POSTs to a witness; resolves with whatever it answers, rejects when it can't be reached. */
export type Submit = (body: string) => Promise<{ status: number; text(): Promise<string> }>;

const system: CallContext = { actor: { type: 'system', id: 'witness' } };

/**
 * Has the published head of a log cosigned and adds the cosignature to it. Answers false when the witness refused or
 * couldn't be reached: the head is good without it, and the next one is tried again.
 */
export async function cosignHead(
  log: NamedLog,
  witness: Witness,
  submit: Submit,
): Promise<{ cosigned: boolean; why?: string }> {
  const { head } = need(await log.home.run('log.head', {}, system));
  if (!head) return { cosigned: false, why: 'there is no head yet' };
  try {
    // Zero asks for the size that the witness knows; only for a log that is new to it is it the right one.
    const first = await submit(addCheckpointBody(0, [], head.note));
    const answer = first.status === 409 ? await continued(log, head, await first.text(), submit) : first;
    const lines = answer.status === 200 ? cosignaturesOf(await answer.text(), head.note, witness) : [];
    if (lines.length === 0) return { cosigned: false, why: `the witness answered ${answer.status}` };
    need(await log.home.run('log.cosign', { size: head.size, lines }, system));
    return { cosigned: true };
  } catch (e) {
    return { cosigned: false, why: e instanceof Error ? e.message : String(e) };
  }
}

async function continued(log: NamedLog, head: { size: number; note: string }, known: string, submit: Submit) {
  const old = Number(known.trim());
  if (old > head.size) throw new Error(`the witness has seen ${old} entries, the log has ${head.size}`);
  const proof =
    old === 0 || old === head.size
      ? []
      : (need(await log.home.run('log.consistency', { from: old, to: head.size }, system))?.hashes ?? []);
  return submit(addCheckpointBody(old, proof, head.note));
}
