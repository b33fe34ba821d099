import { type CallContext, type Clock, DAY, need } from '../platform';
import { toBase64 } from './bytes';
import { type GetNode, nodeHash, rootFrom } from './merkle';
import type { NamedLog } from './routes.ports';
import { type Fault, rootOfBlock } from './self-check-store';
import { TILE_HEIGHT, TILE_WIDTH } from './tile';

/**
 * The server verifies its own log: at start and then every night it reads all rows again, block by block, and compares
 * them with what was published and signed. Beside it other work goes on: one block takes a few milliseconds.
 */

/** More faults than these are only counted. */
const KEPT_FAULTS = 20;

type Result = { at: number; size: number; faults: Fault[]; count: number; rootHolds: boolean };
type Run = { size: number; root: string; next: number; blocks: Uint8Array[]; tail: Uint8Array[]; found: Result };

export type SelfCheck = {
  /** Does one block of work; false when nothing is due. */
  step(): Promise<boolean>;
  /** Per log one sentence, `ok` when nothing is wrong: for `/readyz`. */
  checks(): Record<string, string>;
  /** Whether no log has a fault. */
  ok(): boolean;
};

const system: CallContext = { actor: { type: 'system', id: 'self-check' } };

/** Checks these logs in turn, each again after `every` (a day). */
export function createSelfCheck(logs: readonly NamedLog[], clock: Clock, every = DAY): SelfCheck {
  const runs = new Map<string, Run>();
  const results = new Map<string, Result>();
  const isDue = ({ name }: NamedLog) => {
    const last = results.get(name);
    return runs.has(name) || last === undefined || clock.now() - last.at >= every;
  };
  const step = async (): Promise<boolean> => {
    const log = logs.find((l) => runs.has(l.name)) ?? logs.find(isDue);
    if (!log) return false;
    const run = runs.get(log.name) ?? (await begin(log, clock.now()));
    runs.set(log.name, run);
    if (run.next * TILE_WIDTH < run.size) await checkNext(log, run);
    if (run.next * TILE_WIDTH >= run.size) {
      runs.delete(log.name);
      results.set(log.name, finished(run));
    }
    return true;
  };
  const checks = () =>
    Object.fromEntries(logs.map(({ name }) => [`${name}_log`, stateOf(results.get(name), runs.get(name))]));
  return { step, checks, ok: () => [...results.values()].every(isSound) };
}

async function begin({ home }: NamedLog, at: number): Promise<Run> {
  const { head } = need(await home.run('log.head', {}, system));
  const size = head?.size ?? 0;
  const found = { at, size, faults: [], count: 0, rootHolds: true };
  return { size, root: head?.root ?? '', next: 0, blocks: [], tail: [], found };
}

async function checkNext({ home }: NamedLog, run: Run): Promise<void> {
  const block = need(await home.run('log.check_block', { index: run.next, size: run.size }, system));
  const leaves = new Uint8Array(Buffer.from(block.leaves, 'base64'));
  if (leaves.length === TILE_WIDTH * 32) run.blocks.push(rootOfBlock(leaves));
  else run.tail = Array.from({ length: leaves.length / 32 }, (_, i) => leaves.subarray(i * 32, (i + 1) * 32));
  run.found.count += block.faults.length;
  run.found.faults.push(...block.faults.slice(0, KEPT_FAULTS - run.found.faults.length));
  run.next++;
}

function finished({ size, root, blocks, tail, found }: Run): Result {
  if (size === 0) return found;
  const getNode: GetNode = (level, index) => {
    if (level === TILE_HEIGHT) return blocks[index]!;
    const leaf = index - blocks.length * TILE_WIDTH;
    if (level === 0 && leaf >= 0) return tail[leaf]!;
    return nodeHash(getNode(level - 1, 2 * index), getNode(level - 1, 2 * index + 1));
  };
  return { ...found, rootHolds: blocks.every(Boolean) && toBase64(rootFrom(size, getNode)) === root };
}

const isSound = ({ count, rootHolds }: Result): boolean => count === 0 && rootHolds;

function stateOf(result: Result | undefined, run: Run | undefined): string {
  if (result && !isSound(result)) return complaint(result);
  if (result) return 'ok';
  return run ? `checking, ${Math.floor((100 * run.next * TILE_WIDTH) / Math.max(1, run.size))} %` : 'not checked yet';
}

function complaint({ count, faults, size }: Result): string {
  if (count === 0) return `the ${size} entries don't have the signed root`;
  const named = faults.map(({ seq, what }) => `entry ${seq}: ${what}`).join(', ');
  return `${count === 1 ? 'one entry is' : `${count} entries are`} not what was logged (${named})`;
}
