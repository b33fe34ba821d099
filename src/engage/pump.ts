import type { definitionOps } from '../consent';
import type { MailTransport } from '../delivery';
import type { identityOps } from '../identity';
import { askAll, type CallContext, need, pageOver, type Vault, type Vaults, vaultOfBits } from '../platform';
import type { releaseRegistryOps } from '../release';
import type { campaignOps, DueSend } from './campaign-operations';
import { outcomeOfError } from './handing';
import { recommendationsIn } from './kinds';
import type { SegmentRule } from './membership';
import { type CopurchaseCounts, mergeCopurchases, neighboursOf } from './recommend';
import type { engageRegistryOps, NeighbourBody } from './registry-operations';
import type { showOps } from './show-operations';

export type SendVaultOps = ReturnType<typeof campaignOps> & typeof identityOps;
export type EngageRegistry = Vault<
  typeof engageRegistryOps & typeof releaseRegistryOps & ReturnType<typeof definitionOps>
>;

export type SendPorts = {
  /** The vault whose queue is worked on. */
  home: Vault<SendVaultOps>;
  vaults: Vaults<SendVaultOps>;
  registry: EngageRegistry;
  mail: MailTransport | undefined;
};

const pump: CallContext = { actor: { type: 'system', id: 'campaigns' } };

/** Sends what is due from one vault. Answers how many mails were handed over. */
export async function pumpSends(ports: SendPorts): Promise<number> {
  if (!ports.mail) return 0;
  const due = need(await ports.home.run('campaign.due', { limit: 50 }, pump));
  const runs = new Map<string, Promise<RunPlan>>();
  let handed = 0;
  for (const send of due) {
    const plan = runs.get(send.run) ?? runPlan(ports.registry, send);
    runs.set(send.run, plan);
    if (await sendOne(ports, send, await plan)) handed++;
  }
  return handed;
}

/** What the registry says of a run: may it go on, and whom its segment means. */
type RunPlan = { stopped: boolean; waiting: boolean; purpose: string; segment: SegmentRule | null };

async function runPlan(registry: EngageRegistry, send: DueSend): Promise<RunPlan> {
  const run = need(await registry.run('run.get', { run: send.run }, pump));
  const body = need(await registry.run('definitions.get', { kind: 'campaigns', key: send.campaign }, pump))?.body;
  const segment = await segmentRule(registry, (body?.segment as string | null | undefined) ?? null, pump);
  return {
    stopped: run?.state === 'stopped',
    waiting: run?.state === 'planning',
    purpose: String(body?.purpose ?? ''),
    segment,
  };
}

/** The newest version of a segment as a vault takes it; null where none is named. Throws for one that is gone. */
export async function segmentRule(
  registry: EngageRegistry,
  id: string | null,
  context: CallContext,
): Promise<SegmentRule | null> {
  if (id === null) return null;
  const found = need(await registry.run('segment.versions', { id }, context)).at(-1);
  if (!found) throw new Error(`the campaign names the segment ${id}, and there is none`);
  const { purpose, unit, rule } = found.body;
  return { key: id, purpose, unit, rule };
}

async function sendOne(ports: SendPorts, send: DueSend, plan: RunPlan): Promise<boolean> {
  const { run, person } = send;
  if (plan.stopped) {
    need(await ports.home.run('campaign.stop', { run }, pump));
    return false;
  }
  if (plan.waiting) return false;
  const suppressed = await suppressedPoints(ports.vaults, send.points, plan.purpose);
  const claimed = need(
    await ports.home.run('campaign.claim', { run, person, segment: plan.segment, suppressed }, pump),
  );
  if (!claimed.send) return false;
  const outcome = await ports.mail!.send(claimed.mail).then(
    () => ({ outcome: 'sent' as const }),
    (e) => ({ outcome: outcomeOfError(e), error: e instanceof Error ? e.message : String(e) }),
  );
  need(await ports.home.run('campaign.settle', { run, person, ...outcome }, pump));
  return true;
}

/** Which addresses their own vaults have suppressed for a purpose. */
export async function suppressedPoints(
  vaults: Vaults<SendVaultOps>,
  points: DueSend['points'],
  purpose: string,
): Promise<string[]> {
  const asked = points.map(async ({ id, ident }) => {
    const found = need(await vaultOfBits(vaults, ident.bits).run('identity.find', { ident, purpose }, pump));
    return found.suppressed ? [id] : [];
  });
  return (await Promise.all(asked)).flat();
}

export type BuildPorts = { vaults: Vaults<typeof showOps>; registry: EngageRegistry };

/** Counts anew what is bought together, over all vaults, and replaces the model. */
export async function buildNeighbours(
  ports: BuildPorts,
  k: number,
  context: CallContext,
): Promise<{ model: string; buyers: number; built_at: number }> {
  const parts: CopurchaseCounts[] = [];
  let buyers = 0;
  let cursor: { vault: number; after: string } | undefined;
  do {
    const page = await pageOver(ports.vaults.count, cursor, 1, async (vault, after) => {
      const answer = need(await ports.vaults.at(vault).run('recommend.page', { after, limit: 200 }, context));
      buyers += answer.buyers;
      return { items: [answer.counts], after: answer.after };
    });
    parts.push(mergeCopurchases([parts.pop() ?? { products: {}, pairs: {} }, ...page.items]));
    cursor = page.cursor;
  } while (cursor);
  const near = neighboursOf(parts[0]!, k);
  const neighbours: NeighbourBody = Object.fromEntries([...near].map(([product, list]) => [product, [...list]]));
  return { ...need(await ports.registry.run('neighbours.put', { neighbours, buyers }, context)), buyers };
}

/** At most so often: many who leave in one minute are left out together. */
const REBUILD_EVERY = 60_000;

/** Builds anew when somebody has left since the model was made. */
export async function freshenNeighbours(ports: BuildPorts, book: Parameters<typeof recommendationsIn>[0], now: number) {
  const { purpose, k } = recommendationsIn(book);
  if (purpose === null) return false;
  const model = need(await ports.registry.run('neighbours.get', {}, pump));
  if (!model || now - model.built_at < REBUILD_EVERY) return false;
  const { values } = await askAll(ports.vaults, 'recommend.stale', {}, pump);
  if (!values.some(({ at }) => at !== null && at >= model.built_at)) return false;
  await buildNeighbours(ports, k, pump);
  return true;
}
