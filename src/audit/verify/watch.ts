import { sameBytes } from './bytes';
import { isArray, isObject, type Json } from './json';
import { type Head, type Key, openNote, parseHead, parseKey } from './note';
import { hashesOf, isBeginning } from './proof';

/**
 * Watches a running server from elsewhere: remembers the last head of each log and accepts a new one only if it is
 * signed by a key that is trusted and provably continues the old. A second machine that does this is what makes a
 * rewritten or shortened log visible.
 */

/** Fetches a path of the server (`/log/registry/checkpoint`). The proofs need a key of scope `audit`. */
export type Get = (path: string) => Promise<{ status: number; text(): Promise<string> }>;

/** What is kept between two looks, as JSON. `keys` are the vkeys trusted, `heads` the last accepted note per log. */
export type Watched = { readonly keys: readonly string[]; readonly heads: { readonly [log: string]: string } };

export type AlarmCode =
  | 'unreachable'
  | 'missing'
  | 'signature'
  | 'another_log'
  | 'rolled_back'
  | 'forked'
  | 'not_proved'
  | 'memory';

/** `log` is absent when the whole server is meant. */
export type Alarm = { readonly code: AlarmCode; readonly log?: string; readonly message: string };

export type Look = {
  readonly ok: boolean;
  readonly alarms: readonly Alarm[];
  /** What to keep. A log with an alarm keeps its old head, so that the next look compares with it again. */
  readonly watched: Watched;
  /** True when nobody had named a key and the server's own was taken. */
  readonly firstUse: boolean;
  readonly sizes: { readonly [log: string]: number };
};

/** Looks once. Never throws: whatever is wrong, is an alarm. */
export async function watch(get: Get, before: Watched): Promise<Look> {
  const listing = await published(get);
  if (!listing) {
    const message = 'The server did not say which logs it has.';
    return { ok: false, alarms: [{ code: 'unreachable', message }], watched: before, firstUse: false, sizes: {} };
  }
  const firstUse = before.keys.length === 0;
  const vkeys = firstUse ? listing.map((log) => log.vkey) : before.keys;
  const keys = vkeys.map(parseKey).filter((key) => key !== undefined);
  const heads: Record<string, string> = { ...before.heads };
  const sizes: Record<string, number> = {};
  const alarms: Alarm[] = [];
  const successors: string[] = [];
  for (const log of new Set([...Object.keys(before.heads), ...listing.map((l) => l.log)])) {
    const seen = await look(get, log, keys, before.heads[log]);
    if ('code' in seen) alarms.push({ log, ...seen });
    else {
      heads[log] = seen.note;
      sizes[log] = seen.head.size;
      successors.push(...successorOf(seen, listing.find((l) => l.log === log)?.vkey));
    }
  }
  const trusted = [...new Set([...vkeys, ...successors])];
  return { ok: alarms.length === 0, alarms, watched: { keys: trusted, heads }, firstUse, sizes };
}

/** The logs that the server says it has, with their current keys. */
async function published(get: Get): Promise<{ log: string; vkey: string }[] | undefined> {
  const body = await fetched(get, '/log/keys');
  const json = body === undefined ? undefined : parse(body);
  if (!isObject(json) || !isArray(json.logs)) return undefined;
  const logs = json.logs.filter(isObject).map(({ log, vkey }) => ({ log: String(log), vkey: String(vkey) }));
  return logs.every(({ log }) => /^[a-z0-9-]+$/.test(log)) && logs.length > 0 ? logs : undefined;
}

/** After a change of keys both sign for a while: a head that the trusted key has signed vouches for its successor. */
function successorOf({ note, head }: { note: string; head: Head }, vkey: string | undefined): string[] {
  const key = vkey === undefined ? undefined : parseKey(vkey);
  return key && key.name === head.origin && openNote(note, [key]).ok ? [key.vkey] : [];
}

type Seen = { readonly note: string; readonly head: Head } | { readonly code: AlarmCode; readonly message: string };

async function look(get: Get, log: string, keys: readonly Key[], kept: string | undefined): Promise<Seen> {
  const note = await fetched(get, `/log/${log}/checkpoint`);
  if (note === undefined)
    return kept === undefined
      ? { code: 'missing', message: `Log ${log} shows no signed head.` }
      : { code: 'missing', message: `Log ${log} had a signed head and shows none any more.` };
  const head = headOf(note, keys);
  if (!head) return { code: 'signature', message: `The head of log ${log} is not signed by a key that you trust.` };
  if (kept === undefined) return { note, head };
  const old = headOf(kept, keys);
  if (!old) return { code: 'memory', message: `The head of log ${log} that was kept can't be read any more.` };
  return (await objection(get, log, old, head)) ?? { note, head };
}

/** Why the new head is not a continuation of the old one. */
async function objection(get: Get, log: string, old: Head, head: Head): Promise<Seen | undefined> {
  if (old.origin !== head.origin) {
    const message = `Log ${log} now calls itself ${head.origin} and not ${old.origin}: it was restored from a backup. Compare its entry log.epoch with the head that you kept, then watch it anew.`;
    return { code: 'another_log', message };
  }
  if (head.size < old.size) {
    const message = `Log ${log} had ${old.size} entries and has ${head.size} now: its end was cut off.`;
    return { code: 'rolled_back', message };
  }
  if (head.size === old.size) {
    if (sameBytes(head.root, old.root)) return undefined;
    return { code: 'forked', message: `Log ${log} shows two different trees of ${head.size} entries.` };
  }
  if (old.size === 0) return undefined;
  const body = await fetched(get, `/log/${log}/proof/consistency/${old.size}/${head.size}`);
  const json = body === undefined ? undefined : parse(body);
  const hashes = isObject(json) && isArray(json.hashes) ? hashesOf(json.hashes) : undefined;
  if (!hashes) {
    const message = `Log ${log} did not prove that its ${head.size} entries continue the ${old.size} of before.`;
    return { code: 'not_proved', message };
  }
  if (isBeginning(old, head, hashes)) return undefined;
  const message = `The first ${old.size} entries of log ${log} are not those of before: its past was rewritten.`;
  return { code: 'forked', message };
}

function headOf(note: string, keys: readonly Key[]): Head | undefined {
  const opened = openNote(note, keys);
  const head = opened.ok ? parseHead(opened.text) : undefined;
  return head && opened.ok && opened.keys.some((key) => key.name === head.origin) ? head : undefined;
}

async function fetched(get: Get, path: string): Promise<string | undefined> {
  try {
    const answer = await get(path);
    return answer.status === 200 ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
