import { homeOf } from '../consent';
import { askAll, type CallContext, everyVault, need, parseVaultId, vaultId } from '../platform';
import type { Right } from '../rights';
import type { ConsolePorts } from './ports';
import type { QueuedRequest, QueueFilter, QueuePlace, RequestCounts } from './requests-store';

export const DAY_MS = 86_400_000;

/** The tabs of the queue, each a set of states. */
export const TABS = {
  open: ['received', 'verifying', 'awaiting_subject', 'in_review', 'approved', 'processing'],
  new: ['received', 'verifying'],
  waiting: ['awaiting_subject'],
  approve: ['in_review'],
  work: ['approved', 'processing'],
  done: ['fulfilled', 'partially_fulfilled', 'denied', 'withdrawn', 'expired', 'duplicate'],
} as const satisfies Record<string, readonly string[]>;
export type Tab = keyof typeof TABS;

const read = (cursor: string | undefined): QueuePlace | undefined => {
  const m = /^(\d{1,16})\.(req_[0-9a-z]{26})$/.exec(cursor ?? '');
  return m ? { due_at: Number(m[1]), id: m[2]! } : undefined;
};

/** A page of the queue over all vaults, the most urgent first. */
export async function requestQueue(
  ports: Pick<ConsolePorts, 'vaults'>,
  filter: QueueFilter,
  cursor: string | undefined,
  limit: number,
  context: CallContext,
): Promise<{ requests: QueuedRequest[]; next: string | undefined }> {
  const after = read(cursor);
  const { values } = await askAll(ports.vaults, 'console.requests', { filter, after, limit: limit + 1 }, context);
  const all = values.flat().sort((a, b) => a.due_at - b.due_at || (a.id < b.id ? -1 : 1));
  const requests = all.slice(0, limit);
  const last = requests.at(-1);
  return { requests, next: all.length > limit && last ? `${last.due_at}.${last.id}` : undefined };
}

export async function requestCounts(
  ports: Pick<ConsolePorts, 'vaults'>,
  now: number,
  context: CallContext,
): Promise<RequestCounts> {
  const { values } = await askAll(ports.vaults, 'console.request_counts', { soon: now + 7 * DAY_MS }, context);
  const states: Record<string, number> = {};
  for (const v of values) for (const [s, n] of Object.entries(v.states)) states[s] = (states[s] ?? 0) + n;
  const sum = (of: (c: RequestCounts) => number) => values.reduce((n, v) => n + of(v), 0);
  return { open: sum((c) => c.open), soon: sum((c) => c.soon), overdue: sum((c) => c.overdue), states };
}

/** Requests of one person, wherever they lie: each lives in the vault of the identifier that was given. */
export const requestsOfPerson = async (
  ports: Pick<ConsolePorts, 'vaults'>,
  person: string,
  context: CallContext,
): Promise<QueuedRequest[]> =>
  (await askAll(ports.vaults, 'console.requests_about', { person }, context)).values.flat();

/** How many rows of which kind the house holds of a person: what an erasure would meet. Counting is written down. */
export async function holdingsOf(
  ports: Pick<ConsolePorts, 'vaults'>,
  request: string,
  person: string,
  context: CallContext,
): Promise<{ name: string; title: string; count: number }[]> {
  const found = new Map<string, { name: string; title: string; count: number }>();
  for (const vault of everyVault(ports.vaults)) {
    const sets = need(await vault.run('rights.collect', { persons: [person], request, dry: true }, context));
    for (const s of sets)
      found.set(s.name, { name: s.name, title: s.title, count: (found.get(s.name)?.count ?? 0) + s.count });
  }
  return [...found.values()];
}

export type NewRequest = {
  right: Right;
  subject: { type: 'email' | 'phone' | 'customer' | 'external'; id: string };
  message: string | undefined;
  language: string;
  region: string;
  /** Staff have seen the person and know who they are. */
  seen: boolean;
  person: string | undefined;
};

/** Starts a request that came by phone, letter or over the counter. */
export async function openRequest(ports: ConsolePorts, r: NewRequest, context: CallContext): Promise<string> {
  const ident = ports.lookup.ident(r.subject);
  const id = vaultId('req', ports.vaults.zone, ident.bits);
  const proved = r.seen && r.person ? { person: r.person, verified: 'staff' as const } : {};
  const made = await homeOf(ports.vaults, id).run(
    'request.open',
    {
      id,
      right: r.right,
      marketing: false,
      ident,
      site: null,
      region: r.region,
      language: r.language,
      source: 'staff',
      words: { subject: r.subject, message: r.message, notes: [] },
      ...proved,
    },
    context,
  );
  return need(made).id;
}

export const isRequestId = (id: string): boolean => parseVaultId(id)?.prefix === 'req';
