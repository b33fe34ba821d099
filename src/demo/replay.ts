import { DAY, rfc3339 } from '../platform';
import { noticeEntry, SITE_KEYS } from './declare';
import { type Step, timeline, type World } from './seed';

/** The server as the replay drives it: its HTTP surface, its registry, and the clock that the replay moves. */
export type Stage = {
  call(
    method: string,
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** With the secret key of all scopes. */
  admin(method: string, path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  publish(entries: ReturnType<typeof noticeEntry>[]): Promise<void>;
  confirm(person: string, record: string): Promise<void>;
  /** Proves a request as its asker would: with the link of the mail. */
  prove(request: string): Promise<void>;
  setClock(now: number): void;
  /** Jobs and deliveries that are due by the moved clock. */
  tick(): Promise<void>;
  progress?(done: number, of: number): void;
};

export type Replayed = { refused: { step: string; at: string; status: number; why: string }[]; steps: number };

/** Steps within so long of each other may run at the same time, unless they are about the same person. */
const SPAN = DAY;

type Known = {
  /** Visitor → subject token. */
  tokens: Map<string, string>;
  /** Act ref → its record. */
  records: Map<string, { person: string; record: string }>;
  requests: Map<string, string>;
};

/** Lives a year in some seconds: every row once, in order of time, person by person, through the public surface. */
export async function replay(world: World, stage: Stage): Promise<Replayed> {
  const steps = timeline(world).filter((s) => s.at <= world.now);
  const known: Known = { tokens: new Map(), records: new Map(), requests: new Map() };
  const told: Replayed = { refused: [], steps: steps.length };
  const lastTick = { at: 0 };
  for (let from = 0; from < steps.length; ) {
    const start = steps[from]!.at;
    let to = from;
    while (to < steps.length && steps[to]!.at < start + SPAN) to++;
    stage.setClock(steps[to - 1]!.at);
    const groups = byPerson(world, steps.slice(from, to));
    await inOrder(world, stage, known, groups.get('everybody') ?? [], told);
    groups.delete('everybody');
    await Promise.all([...groups.values()].map((own) => inOrder(world, stage, known, own, told)));
    if (start - lastTick.at > 7 * DAY) {
      lastTick.at = start;
      await stage.tick();
    }
    stage.progress?.(to, steps.length);
    from = to;
  }
  return told;
}

function byPerson(world: World, steps: readonly Step[]): Map<string, Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const name = personOf(world, step);
    groups.set(name, [...(groups.get(name) ?? []), step]);
  }
  return groups;
}

/** A visitor and the customer they turn out to be are one line of events. */
function personOf(world: World, step: Step): string {
  switch (step.kind) {
    case 'notice':
      return 'everybody';
    case 'customer':
      return step.row.ref;
    case 'act':
      return step.row.customer ?? ownerOf(world).get(step.row.visitor ?? '') ?? step.row.visitor ?? '';
    case 'request_step':
      return world.requests.find((r) => r.ref === step.row.request)?.customer ?? '';
    case 'loyalty':
      return step.row.customer ?? step.row.card;
    default:
      return step.row.customer;
  }
}

const owners = new WeakMap<World, Map<string, string>>();
function ownerOf(world: World): Map<string, string> {
  const held =
    owners.get(world) ?? new Map(world.customers.flatMap((c) => (c.visitor ? [[c.visitor, c.ref] as const] : [])));
  owners.set(world, held);
  return held;
}

async function inOrder(
  world: World,
  stage: Stage,
  known: Known,
  steps: readonly Step[],
  told: Replayed,
): Promise<void> {
  for (const step of steps) {
    const answer = await play(world, stage, known, step);
    if (answer && answer.status >= 400) {
      told.refused.push({
        step: step.kind,
        at: rfc3339(step.at),
        status: answer.status,
        why: JSON.stringify(answer.body).slice(0, 300),
      });
    }
  }
}

type Answer = { status: number; body: Record<string, unknown> } | undefined;

async function play(world: World, stage: Stage, known: Known, step: Step): Promise<Answer> {
  const customer = (ref: string) => world.customers.find((c) => c.ref === ref)!;
  const idOf = (ref: string) => {
    const c = customer(ref);
    return `${c.home_unit}~${c.numbers[c.home_unit]}`;
  };
  switch (step.kind) {
    case 'notice':
      if (step.row.version > 1) await stage.publish([noticeEntry(step.row)]);
      return undefined;
    case 'customer': {
      const c = step.row;
      const others = Object.entries(c.numbers).map(([unit, number]) => ({ type: 'customer', id: `${unit}~${number}` }));
      const identifiers = [
        { type: 'email', id: c.email },
        ...(c.phone ? [{ type: 'phone', id: c.phone }] : []),
        ...others,
      ];
      const verified = ['email'];
      return stage.admin('PUT', `/v1/people/customer:${idOf(c.ref)}`, {
        source: 'crm',
        unit: c.home_unit,
        identifiers,
        verified,
        residence: c.region,
      });
    }
    case 'attribute': {
      const a = step.row;
      const attributes = { [a.field]: { value: a.value, purposes: [a.purpose] } };
      return stage.admin('PUT', `/v1/people/customer:${idOf(a.customer)}`, { source: a.source, attributes });
    }
    case 'act':
      return playAct(world, stage, known, idOf, step.row);
    case 'link': {
      const token = known.tokens.get(step.row.visitor);
      if (!token) return undefined;
      return stage.admin('POST', '/v1/links', {
        subject_token: token,
        subject: { type: 'customer', id: idOf(step.row.customer) },
      });
    }
    case 'confirmation': {
      const made = known.records.get(step.row.act);
      if (made) await stage.confirm(idOf(step.row.customer), made.record);
      return undefined;
    }
    case 'order': {
      const { ref, at, unit, channel, currency, status, lines, handling } = step.row;
      const subject = { type: 'customer', id: idOf(step.row.customer) };
      return stage.admin('POST', '/v1/orders', {
        subject,
        unit,
        number: ref,
        at: rfc3339(at),
        channel,
        currency,
        status,
        lines,
        handling,
        purpose: 'essential',
        source: 'shop',
        opt_out_offered: unit === 'shop',
      });
    }
    case 'interaction': {
      const { ref, at, unit, channel, kind, purpose, source, summary } = step.row;
      const subject = { type: 'customer', id: idOf(step.row.customer) };
      return stage.admin('POST', '/v1/interactions', {
        subject,
        unit,
        channel,
        kind,
        at: rfc3339(at),
        purpose,
        source,
        summary,
        id: ref,
      });
    }
    default:
      return playLater(world, stage, known, step);
  }
}

async function playAct(
  world: World,
  stage: Stage,
  known: Known,
  idOf: (ref: string) => string,
  a: Extract<Step, { kind: 'act' }>['row'],
): Promise<Answer> {
  const site = SITE_KEYS[a.site];
  if (a.customer && a.evidence) {
    const answer = await stage.admin('POST', '/v1/consents', {
      subject: { type: 'customer', id: idOf(a.customer) },
      choices: a.choices,
      method: a.method,
      evidence: a.evidence,
      region: a.region,
    });
    remember(known, a.ref, undefined, answer);
    return answer;
  }
  const signals = a.signals.gpc || a.signals.dnt ? { gpc: a.signals.gpc, dnt: a.signals.dnt } : undefined;
  const token = a.visitor ? known.tokens.get(a.visitor) : undefined;
  const body = {
    site,
    visitor: a.visitor,
    notice: a.notice,
    choices: a.choices,
    method: a.method,
    signals,
    ...(token ? { subject_token: token } : {}),
  };
  const answer = a.visitor
    ? await stage.call('POST', '/v1/consents', body, {
        origin: world.sites.find((s) => s.key === a.site)!.origin,
        'x-demo-region': a.region,
      })
    : await stage.admin('POST', '/v1/consents', {
        subject: { type: 'customer', id: idOf(a.customer!) },
        choices: a.choices,
        method: 'staff',
        region: a.region,
      });
  remember(known, a.ref, a.visitor ?? undefined, answer);
  return answer;
}

function remember(known: Known, ref: string, visitor: string | undefined, answer: Answer): void {
  if (!answer || answer.status >= 400) return;
  known.records.set(ref, { person: String(answer.body.person), record: String(answer.body.record) });
  if (visitor) known.tokens.set(visitor, String(answer.body.subject_token));
}

/** Requests of people, and what officers did about them. Loyalty cards of the cafés are stamped by their own tills. */
async function playLater(world: World, stage: Stage, known: Known, step: Step): Promise<Answer> {
  switch (step.kind) {
    case 'request': {
      const { customer, right, site, region, message, ref } = step.row;
      const person = world.customers.find((c) => c.ref === customer)!;
      const body = { right, subject: { type: 'email', id: person.email }, site: SITE_KEYS[site], region, message };
      const answer = await stage.call('POST', '/v1/requests', body, {});
      if (answer.status < 400) known.requests.set(ref, String(answer.body.id));
      return answer;
    }
    case 'request_step':
      return playRequestStep(stage, known, step.row);
    case 'loyalty':
      return undefined;
    default:
      throw new Error(`nobody plays ${step.kind}`);
  }
}

/** The world names grounds as DPV does; the officer's call has names of its own. */
const GROUNDS: Readonly<Record<string, string>> = {
  IdentityVerificationFailure: 'identity_not_proved',
  ProcessUnfounded: 'manifestly_unfounded',
  ProcessExcessive: 'manifestly_excessive',
  LegalObligationImpaired: 'legal_obligation',
};

/** An officer's step becomes the call that makes it; what the person or the clock did comes by itself. */
async function playRequestStep(
  stage: Stage,
  known: Known,
  s: Extract<Step, { kind: 'request_step' }>['row'],
): Promise<Answer> {
  const id = known.requests.get(s.request);
  if (!id) return undefined;
  if (s.to === 'in_review' || s.to === 'fulfilled' || s.to === 'partially_fulfilled') await stage.prove(id);
  if (s.by !== 'officer') return undefined;
  const calls: Partial<Record<typeof s.to, [string, object]>> = {
    approved: ['approve', {}],
    denied: ['deny', { ground: GROUNDS[s.reason ?? ''] ?? 'manifestly_unfounded' }],
  };
  const call = calls[s.to];
  return call ? stage.admin('POST', `/v1/requests/${id}/${call[0]}`, call[1]) : undefined;
}
