import { createHash } from 'node:crypto';
import { currentRulebook } from '../consent';
import { contactPoints, type Ident, type Lookup, personById } from '../identity';
import {
  action,
  MINUTE,
  type Ops,
  parseVaultId,
  query,
  type Reader,
  SECOND,
  trusted,
  vaultId,
  type Wire,
  type Writer,
} from '../platform';
import type { AudienceDecision } from './audience';
import { type OutcomeInput, outcome } from './campaign-outcome';
import { effectsPage } from './effects';
import { personsAfter } from './facts';
import { addressesOf, assignedBy, campaignOf, judge } from './judge';
import { type Campaign, campaignIn, campaignsByGoal } from './kinds';
import { type RenderedMail, renderMail } from './mail-text';
import type { SegmentRule } from './membership';
import {
  addSend,
  addToken,
  dueSends,
  hasSends,
  lostSends,
  moveSend,
  postponeSend,
  runCounts,
  type SendRow,
  sendOf,
  sendsInState,
  sentSince,
  setAddress,
  stopSends,
} from './send-store';
import { addTouch, dropTouch, touchSent } from './touch-store';
import { entityOf, pressureOn } from './touching';

/** Handing a mail over takes a minute at most; what is open after this was lost. */
export const LOST_AFTER = 10 * MINUTE;
/** Tries of a message that a mail server has certainly not taken. */
const MOST_ATTEMPTS = 5;
/** A slice of everybody: other work gets its turn after it. */
const SLICE_MS = 4;

const touchOf = (run: string, person: string): string => `${run}/${person}`;

/** Decides of one person and reserves the contact, or says why not. */
function plan(w: Writer, c: Campaign, run: string, person: string, segment: SegmentRule | null): SendRow['state'] {
  const known = sendOf(w.db, run, person);
  if (known) return known.state;
  const d = judge(w, c, { person, segment, suppressed: [] });
  const state = d.outcome === 'send' ? 'planned' : d.outcome === 'held_out' ? 'held_out' : 'skipped';
  addSend(w.db, {
    run,
    person,
    campaign: c.key,
    arm: assignedBy(d),
    state,
    reason: d.outcome === 'skip' ? d.reason : null,
    detail: JSON.stringify({ ...d, rulebook: currentRulebook(w.db).version }),
    contact_point: d.outcome === 'send' ? d.address : null,
    attempts: 0,
    due_at: w.now,
    at: w.now,
  });
  if (d.outcome === 'send') reserve(w, c, run, person);
  return state;
}

function reserve(w: Writer, c: Campaign, run: string, person: string): void {
  addTouch(w.db, {
    id: touchOf(run, person),
    person,
    unit: c.unit,
    legal_entity: entityOf(currentRulebook(w.db), c.unit),
    channel: c.channel,
    kind: c.kind,
    goal: c.goal,
    state: 'reserved',
    at: w.now,
  });
}

/** What a page of planning did. `after`: where the next begins; null at the end. */
export type Planned = { after: string | null; counts: Record<string, number> };

type PlanInput = { run: string; campaign: string; segment: SegmentRule | null; after: string; people?: string[] };

function planPage(w: Writer, i: PlanInput): Planned {
  const c = campaignOf(w, i.campaign);
  const until = performance.now() + SLICE_MS;
  const page = i.people ? i.people.filter((p) => p > i.after).sort() : personsAfter(w, i.after, 200);
  const counts: Record<string, number> = {};
  let last: string | null = null;
  for (const person of page) {
    const state = personById(w.db, person)?.status === 'active' ? plan(w, c, i.run, person, i.segment) : 'skipped';
    counts[state] = (counts[state] ?? 0) + 1;
    last = person;
    if (performance.now() > until) break;
  }
  const isLast = last === null || (last === page.at(-1) && (i.people !== undefined || page.length < 200));
  if (counts.planned) wake(w, w.now);
  w.audit('campaign.planned', { purpose: c.purpose, data: { run: i.run, campaign: c.key, counts } });
  return { after: isLast ? null : last, counts };
}

/** One message that is due, with look-up keys of the addresses that it could go to: their own vaults know of suppressions. */
export type DueSend = { run: string; person: string; campaign: string; points: { id: string; ident: Ident }[] };

/** Retention before acquisition, and no campaign beyond its pace: a slow one doesn't keep the others waiting. */
function due(r: Reader, limit: number, lookup: Lookup): DueSend[] {
  const rows: SendRow[] = [];
  for (const { key, pace } of campaignsByGoal(currentRulebook(r.db))) {
    const room = Math.ceil(pace / r.vault.count) - sentSince(r.db, key, r.now - MINUTE);
    rows.push(...dueSends(r.db, key, r.now, Math.max(0, Math.min(room, limit - rows.length))));
    if (rows.length >= limit) break;
  }
  r.keys.ready(rows.map(({ person }) => ({ person, class: 'ordinary' as const })));
  return rows.map(({ run, person, campaign }) => ({ run, person, campaign, points: identsOf(r, person, lookup) }));
}

const identsOf = (r: Reader, person: string, lookup: Lookup): DueSend['points'] =>
  contactPoints(r, person).flatMap(({ id, kind, value }) =>
    kind === 'email' && value !== null ? [{ id, ident: lookup.ident({ type: 'email', id: value }) }] : [],
  );

/** The permission to hand one mail over, or why there is none. */
export type Claimed = { send: true; mail: RenderedMail } | { send: false; reason: string };

type ClaimInput = { run: string; person: string; segment: SegmentRule | null; suppressed: string[] };

/**
 * The moment of sending: decides and weighs again, and only then marks the message as begun. Whoever withdrew, objected
 * or was reached by somebody else meanwhile gets none.
 */
function claim(w: Writer, i: ClaimInput): Claimed {
  const row = sendOf(w.db, i.run, i.person);
  if (row?.state !== 'planned') {
    w.unchanged();
    return { send: false, reason: 'not_planned' };
  }
  const c = campaignIn(currentRulebook(w.db), row.campaign);
  if (!c) return refuse(w, row, 'campaign_archived');
  if (sentSince(w.db, c.key, w.now - MINUTE) >= Math.ceil(c.per_minute / w.vault.count)) {
    w.unchanged();
    return { send: false, reason: 'throttled' };
  }
  const d = judge(w, c, { ...i, but: touchOf(i.run, i.person) });
  if (d.outcome !== 'send') return refuse(w, row, d.outcome === 'skip' ? d.reason : 'held_out');
  const point = contactPoints(w, i.person).find(({ id }) => id === d.address);
  if (!point?.value) return refuse(w, row, 'no_address');
  return begin(w, c, row, d, { id: point.id, value: point.value });
}

function begin(
  w: Writer,
  c: Campaign,
  row: SendRow,
  d: AudienceDecision,
  point: { id: string; value: string },
): Claimed {
  const detail = JSON.stringify({ ...d, rulebook: currentRulebook(w.db).version });
  setAddress(w.db, row.run, row.person, point.id, detail);
  moveSend(w.db, { run: row.run, person: row.person, from: 'planned', to: 'sending', reason: null, at: w.now });
  touchSent(w.db, touchOf(row.run, row.person), w.now);
  const token = c.kind === 'marketing' ? mintToken(w, c, row.person) : null;
  w.audit('campaign.sending', {
    person: row.person,
    purpose: c.purpose,
    keyed: true,
    data: { run: row.run, campaign: c.key, contact_point: point.id, decision: JSON.parse(detail) as Wire },
  });
  return { send: true, mail: renderMail(c, point.value, token && `${w.vault.publicUrl}/u/${token}`) };
}

function refuse(w: Writer, row: SendRow, reason: string): Claimed {
  moveSend(w.db, { run: row.run, person: row.person, from: 'planned', to: 'skipped', reason, at: w.now });
  dropTouch(w.db, touchOf(row.run, row.person));
  w.audit('campaign.skipped', { person: row.person, data: { run: row.run, campaign: row.campaign, reason } });
  return { send: false, reason };
}

export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** 100 random bits behind the vault's own; only the hash is kept. */
function mintToken(w: Writer, c: Campaign, person: string): string {
  const token = vaultId('un', w.vault.zone, parseVaultId(person)!.bits);
  addToken(w.db, {
    hash: hashOfToken(token),
    person,
    purpose: c.purpose,
    channel: c.channel,
    unit: c.unit,
    campaign: c.key,
    created_at: w.now,
  });
  return token;
}

/** What the mail server said. `retry`: it has certainly not taken the mail, and may do so later. */
export type Handed = 'sent' | 'retry' | 'failed' | 'uncertain';

function settle(w: Writer, i: { run: string; person: string; outcome: Handed; error?: string }): { state: string } {
  const row = sendOf(w.db, i.run, i.person);
  if (row?.state !== 'sending') {
    w.unchanged();
    return { state: row?.state ?? 'gone' };
  }
  const again = i.outcome === 'retry' && row.attempts + 1 < MOST_ATTEMPTS;
  const to = i.outcome === 'retry' ? 'failed' : i.outcome;
  if (again) {
    postponeSend(w.db, i.run, i.person, w.now + MINUTE * 2 ** row.attempts, i.error ?? 'not taken');
  } else {
    moveSend(w.db, { run: i.run, person: i.person, from: 'sending', to, reason: i.error ?? null, at: w.now });
    if (to === 'failed') dropTouch(w.db, touchOf(i.run, i.person));
  }
  const outcome = again ? 'postponed' : to;
  w.audit('campaign.handed', { person: i.person, outcome, data: { run: i.run, campaign: row.campaign } });
  return { state: again ? 'planned' : to };
}

/** Wakes the vault again while there is something to send: a Durable Object sleeps otherwise. */
const WAKE_EVERY = 5 * SECOND;
const wake = (w: Writer, due: number): void =>
  w.schedule({ op: 'campaign.sweep', due, input: {}, id: 'campaign.sweep' });

/** After a crash: what was begun and never settled may have arrived, so it is listed and never sent again. */
function sweep(w: Writer): { uncertain: number } {
  const lost = lostSends(w.db, w.now - LOST_AFTER, 200);
  for (const { run, person } of lost)
    moveSend(w.db, { run, person, from: 'sending', to: 'uncertain', reason: 'the process ended', at: w.now });
  if (lost.length > 0) w.audit('campaign.uncertain', { data: { sends: lost.length } });
  else w.auditedLater('waking changes nothing that is worth an entry');
  if (hasSends(w.db)) wake(w, w.now + WAKE_EVERY);
  return { uncertain: lost.length };
}

function explain(
  w: Writer,
  i: { campaign: string; segment: SegmentRule | null; person: string; suppressed: string[] },
) {
  const c = campaignOf(w, i.campaign);
  const decision = judge(w, c, i);
  w.audit('campaign.explained', { person: i.person, purpose: c.purpose, data: { campaign: c.key } });
  const addresses = addressesOf(w, c, i.person, i.suppressed).map(({ id, allowed, reason }) => ({
    id,
    allowed,
    reason,
  }));
  const pressure = pressureOn(w, { person: i.person, unit: c.unit, channel: c.channel, kind: c.kind, goal: c.goal });
  return { campaign: c.key, person: i.person, decision, addresses, pressure };
}

/** Campaigns in a vault: plan, claim, settle. `lookup` turns addresses into keys here, so that none leaves the vault for it. */
export const campaignOps = (lookup: Lookup) =>
  ({
    'campaign.plan': action(trusted<PlanInput>(), planPage),
    'campaign.due': query(trusted<{ limit: number }>(), (r, i) => due(r, i.limit, lookup)),
    'campaign.claim': action(trusted<ClaimInput>(), claim),
    'campaign.settle': action(trusted<{ run: string; person: string; outcome: Handed; error?: string }>(), settle),
    'campaign.sweep': action(trusted<Record<never, never>>(), sweep),
    'campaign.explain': action(
      trusted<{ campaign: string; segment: SegmentRule | null; person: string; suppressed: string[] }>(),
      explain,
    ),
    'campaign.points': query(trusted<{ person: string }>(), (r, i) => identsOf(r, i.person, lookup)),
    'campaign.stop': action(trusted<{ run: string }>(), (w, i) => {
      const stopped = stopSends(w.db, i.run, 1000);
      for (const { person } of stopped) dropTouch(w.db, touchOf(i.run, person));
      w.audit('campaign.stopped', { data: { run: i.run, stopped: stopped.length } });
      return { stopped: stopped.length };
    }),
    'campaign.counts': query(trusted<{ run: string }>(), (r, i) => runCounts(r.db, i.run)),
    /** Mails after a withdrawal: there should be none. */
    'campaign.effects': query(trusted<{ from: number; until: number; after: string }>(), effectsPage),
    'campaign.outcome': query(trusted<OutcomeInput>(), outcome),
    /** Pseudonyms of those in one state: the uncertain ones, for whoever has to look. */
    'campaign.listed': query(
      trusted<{ run: string; state: SendRow['state']; after: string; limit: number }>(),
      (r, i) =>
        sendsInState(r.db, i.run, i.state, i.after, i.limit).map(({ person, reason, at }) => ({ person, reason, at })),
    ),
  }) satisfies Ops;
