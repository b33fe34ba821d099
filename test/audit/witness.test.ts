import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { cosignHead } from '../../src/audit';
import { type PrivateJwk, parseVkey, type Verifier } from '../../src/audit/note';
import { addCheckpoint, addCheckpointBody, cosignedAt, parseWitnessKey, witnessKey } from '../../src/audit/witness';
import { need } from '../../src/platform';
import { fill, type House, house, logIn, NOW, SETUP } from './house';

const NAME = 'witness.example/w1';
const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as PrivateJwk;
const witness = parseWitnessKey(witnessKey(NAME, jwk))!;

/** A witness with a memory, as it runs on a second machine. */
function secondMachine(logs: readonly Verifier[]) {
  const memory = new Map<string, { size: number; root: Uint8Array }>();
  const answer = (body: string) => {
    const made = addCheckpoint(body, {
      logs,
      name: NAME,
      privateJwk: jwk,
      now: NOW,
      seen: (origin) => memory.get(origin),
    });
    if (made.remember) memory.set(made.remember.origin, made.remember);
    return made;
  };
  const submit = async (body: string) => {
    const made = answer(body);
    return new Response(made.body, { status: made.status });
  };
  return { memory, answer, submit };
}

const logOf = (at: House, name = 'vault-0') => ({ name, home: logIn(at, name) });
const headOf = async (at: House) => need(await logIn(at, 'vault-0').run('log.head', {}, { actor: SETUP }));

describe('a witness', () => {
  test('cosigns each head that continues the last, and the log shows the cosignature', async () => {
    const at = await house(1);
    await fill(at, 3);
    await at.server.checkpoint();
    const machine = secondMachine([parseVkey((await headOf(at)).vkey)!]);
    for (const more of [0, 300, 1]) {
      await fill(at, more);
      await at.server.checkpoint();
      expect(await cosignHead(logOf(at), witness, machine.submit)).toEqual({ cosigned: true });
      const note = await (await at.server.app.request('/log/vault-0/checkpoint')).text();
      const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
      const times = note.split('\n').map((line) => cosignedAt(line, text, witness));
      expect(times.filter((time) => time !== undefined)).toEqual([NOW / 1000]);
    }
    expect(machine.memory.get('avow.example/log/vault-0')?.size).toBe((await headOf(at)).head!.size);
    await at.close();
  });

  test('refuses what tlog-witness has it refuse', async () => {
    const at = await house(1);
    await fill(at, 3);
    await at.server.checkpoint();
    const { head, vkey } = await headOf(at);
    const own = [parseVkey(vkey)!];
    const status = (body: string, logs = own) => secondMachine(logs).answer(body).status;
    const note = head!.note;
    expect(status(addCheckpointBody(0, [], note))).toBe(200);
    expect(status('old 00\n\n')).toBe(400);
    expect(status(addCheckpointBody(head!.size + 1, [], note))).toBe(400);
    expect(status(addCheckpointBody(0, [], note), [])).toBe(404);
    expect(status(addCheckpointBody(0, [], note.replace(`\n${head!.size}\n`, '\n2\n')))).toBe(403);
    expect(status(addCheckpointBody(0, [head!.root], note))).toBe(422);
    expect(status(addCheckpointBody(1, [head!.root], note))).toBe(409);
    await at.close();
  });

  test('never signs two trees of one size, and says which size it knows', async () => {
    const a = await house(1);
    const liar = await house(1, a.secrets);
    await fill(a, 3);
    await fill(liar, 3);
    await a.server.checkpoint();
    await liar.server.checkpoint();
    const machine = secondMachine([parseVkey((await headOf(a)).vkey)!]);
    expect(await cosignHead(logOf(a), witness, machine.submit)).toEqual({ cosigned: true });
    const refused = await cosignHead(logOf(liar), witness, machine.submit);
    expect(refused).toEqual({ cosigned: false, why: 'the witness answered 409' });
    await a.close();
    await liar.close();
  });

  test('that can not be reached costs the log nothing', async () => {
    const at = await house(1);
    await fill(at, 1);
    await at.server.checkpoint();
    const result = await cosignHead(logOf(at), witness, () => Promise.reject(new Error('no route')));
    expect(result).toEqual({ cosigned: false, why: 'no route' });
    await at.close();
  });

  test('is believed only for what it signed, under its own name and key', async () => {
    const at = await house(1);
    await fill(at, 2);
    await at.server.checkpoint();
    const { head, vkey } = await headOf(at);
    const text = head!.note.slice(0, head!.note.lastIndexOf('\n\n') + 1);
    const line = secondMachine([parseVkey(vkey)!])
      .answer(addCheckpointBody(0, [], head!.note))
      .body.trimEnd();
    expect(cosignedAt(line, text, witness)).toBe(NOW / 1000);
    expect(cosignedAt(line, text.replace('vault-0', 'vault-1'), witness)).toBeUndefined();
    expect(cosignedAt(line.replace(NAME, 'other.example'), text, witness)).toBeUndefined();
    expect(parseWitnessKey(vkey)).toBeUndefined();
    await at.close();
  });
});
