import type { Lookup } from '../identity';
import { type CallContext, type Connector, type ForeignRecord, need, type Vault } from '../platform';
import type { ConnectorBody } from './connector-kind';
import type { ConnectorRow } from './connector-registry-store';
import { connectorOf, type Outside } from './connectors';
import type { ForeignQuestion, foreignOps } from './foreign-operations';
import type { ForeignTask } from './foreign-store';
import { pointFor, pointsIn } from './reconcile';
import type { releaseRegistryOps } from './registry-operations';

const pump: CallContext = { actor: { type: 'system', id: 'connectors' } };
const BATCH = 100;

type Home = Vault<typeof foreignOps>;
export type ForeignPorts = {
  home: Home;
  registry: Vault<typeof releaseRegistryOps>;
  lookup: Lookup;
  http: Outside['http'];
  now(): number;
};

/** A busy system isn't waited for here, where mails and webhooks wait behind: the task is postponed. */
const impatient = async (): Promise<never> => {
  throw new Error('the system is busy');
};
type Settled = { id: string; outcome: 'done' | 'missing' | 'failed'; detail: string | null };

/** Narrows in connected systems what was narrowed in one vault. Answers how many tasks it worked on. */
export async function pumpForeign(ports: ForeignPorts): Promise<number> {
  const { home, registry } = ports;
  const due = need(await home.run('foreign.due', { limit: BATCH }, pump));
  if (due.length === 0) return 0;
  const connectors = new Map(need(await registry.run('connector.list', {}, pump)).map((c) => [c.id, c]));
  for (const id of new Set(due.map((t) => t.connector))) {
    const tasks = due.filter((t) => t.connector === id);
    const settled = await workOff(ports, connectors.get(id), tasks);
    need(await home.run('foreign.settle', { settled }, pump));
  }
  return due.length;
}

async function workOff(
  ports: ForeignPorts,
  row: ConnectorRow | undefined,
  tasks: readonly ForeignTask[],
): Promise<Settled[]> {
  if (!row?.body.live || row.body.kind === 'csv')
    return tasks.map((t) => ({ id: t.id, outcome: 'missing', detail: 'this connector is not live' }));
  const connector = connectorOf(row.body, { ...ports, sleep: impatient });
  try {
    return [
      ...(await erase(
        connector,
        tasks.filter((t) => t.what === 'erase'),
      )),
      ...(await restrict(
        ports,
        connector,
        row.body,
        tasks.filter((t) => t.what === 'restrict'),
      )),
    ];
  } catch (e) {
    const detail = e instanceof Error ? e.message : String(e);
    return tasks.map((t) => ({ id: t.id, outcome: 'failed', detail }));
  }
}

async function erase(connector: Connector, tasks: readonly ForeignTask[]): Promise<Settled[]> {
  if (tasks.length === 0) return [];
  const outcomes = new Map((await connector.erase(tasks.map((t) => t.foreign))).map((o) => [o.id, o]));
  return tasks.map((t) => settledOf(t, outcomes.get(t.foreign)));
}

const settledOf = (t: ForeignTask, o: { outcome: Settled['outcome']; detail?: string } | undefined): Settled => ({
  id: t.id,
  outcome: o?.outcome ?? 'failed',
  detail: o ? (o.detail ?? null) : 'the system did not say what became of it',
});

/** Decides now, for each mapped purpose, and restricts every no; a yes that came meanwhile leaves nothing to do. */
async function restrict(
  ports: ForeignPorts,
  connector: Connector,
  body: ConnectorBody,
  tasks: readonly ForeignTask[],
): Promise<Settled[]> {
  if (tasks.length === 0) return [];
  const read = await connector.read(tasks.map((t) => t.foreign));
  const known = new Map(read.map((r) => [r.id, r]));
  const told = body.kind === 'webhook';
  const settled: Settled[] = [];
  const todo: { task: ForeignTask; record: ForeignRecord; purposes: string[] }[] = [];
  for (const task of tasks) {
    const record = known.get(task.foreign) ?? (told ? { id: task.foreign, subjects: [], uses: {} } : undefined);
    const purposes = record ? await refused(ports, body, task.person!, record, told) : [];
    if (!record) settled.push({ id: task.id, outcome: 'missing', detail: null });
    else if (purposes.length === 0) settled.push({ id: task.id, outcome: 'done', detail: 'nothing to restrict' });
    else todo.push({ task, record, purposes });
  }
  if (todo.length === 0) return settled;
  const outcomes = new Map((await connector.restrict(todo)).map((o) => [o.id, o]));
  return [...settled, ...todo.map(({ task }) => settledOf(task, outcomes.get(task.foreign)))];
}

/** The purposes that the answer is no to, of those for which the record would still be used. */
async function refused(
  { home, lookup }: ForeignPorts,
  body: ConnectorBody,
  person: string,
  record: ForeignRecord,
  told: boolean,
): Promise<string[]> {
  const purposes = Object.keys(body.uses).filter((p) => told || record.uses[p]);
  const unit = body.unit ?? undefined;
  const points = pointsIn(lookup, record);
  const questions = purposes.map((purpose): ForeignQuestion => {
    const { channel } = body.uses[purpose]!;
    return { name: purpose, purpose, channel, contact_point: pointFor(points, channel), unit, suppressed: [] };
  });
  const { answers } = need(await home.run('foreign.judge', { person, questions }, pump));
  return purposes.filter((p) => !answers[p]?.allowed);
}
