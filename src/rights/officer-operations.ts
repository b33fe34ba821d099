import { action, type Ops, query, Refusal, rfc3339, trusted, type Wire, type Writer } from '../platform';
import { amend, clocked, mailSoon, move, requestHere } from './cases';
import { pausable, ruleFor } from './clock';
import { DELAY_GROUNDS, DENIAL_GROUNDS, type DelayGround, type DenialGround } from './crossmap';
import { daysLeft } from './deadline';
import { eventsOf, openWords, type RequestRow, requestPage, tasksOf, writeTask, writeWords } from './request-store';
import type { PauseGround } from './rules';
import { eventsFrom, taskTransition } from './states';
import { goOn } from './work';

/** A request as staff see it in a list: no words, no addresses. */
export const requestView = (row: RequestRow, now: number) => ({
  id: row.id,
  right: row.right,
  state: row.state,
  person: row.person,
  site: row.site,
  region: row.region,
  language: row.language,
  source: row.source,
  received_at: rfc3339(row.received_at),
  due_at: rfc3339(row.due_at),
  due_because: row.body.why,
  days_left: row.closed_at === null ? daysLeft(row.due_at, now) : null,
  acknowledge_by: row.body.acknowledge_by === null ? null : rfc3339(row.body.acknowledge_by),
  extended_to: row.body.extended ? rfc3339(row.due_at) : null,
  extension_reason: row.body.extended?.reason ?? null,
  paused_since: pausedSince(row),
  verified: row.body.verified?.by ?? null,
  approvals: row.body.approvals.length,
  cooling_off_until: row.body.cooling_off_until === null ? null : rfc3339(row.body.cooling_off_until),
  ground: row.body.ground,
  closed_at: row.closed_at === null ? null : rfc3339(row.closed_at),
});

const pausedSince = (row: RequestRow): string | null => {
  const open = row.body.pauses.find((p) => p.to === null);
  return open ? rfc3339(open.from) : null;
};

/** Words of staff to the asker go into the next mail; they are kept with the request's words. */
function say(w: Writer, id: string, text: string | undefined): void {
  if (!text) return;
  const words = openWords(w.db, w.keys, id);
  if (!words) throw new Refusal('gone', 'the words of this request are gone: nobody can be written to any more');
  writeWords(w.db, w.keys, id, { ...words, notes: [...words.notes, { at: w.now, by: 'mail', text }] });
}

/** What staff do with a request. Each is audited with who did it; the asker is told where the law wants it. */
export const officerOps = {
  'request.list': query(
    trusted<{ after: string; limit: number; states?: string[]; right?: string; due_before?: number }>(),
    (r, i) => {
      const rows = requestPage(r.db, i);
      return {
        items: rows.map((row) => requestView(row, r.now)),
        after: rows.length === i.limit ? rows.at(-1)!.id : null,
      };
    },
  ),
  /** For reports: no person, no words. */
  'request.report_page': query(trusted<{ from: number; to: number; after: string; limit: number }>(), (r, i) => {
    const rows = requestPage(r.db, { after: i.after, limit: i.limit });
    const items = rows
      .filter((row) => row.received_at >= i.from && row.received_at < i.to)
      .map((row) => ({
        right: row.right,
        state: row.state,
        region: row.region,
        received_at: row.received_at,
        closed_at: row.closed_at,
        due_at: row.due_at,
        ground: row.body.ground,
      }));
    return { items, after: rows.length === i.limit ? rows.at(-1)!.id : null };
  }),
  /** One request with everything about it; what is shown is written down. */
  'request.show': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const words = row.has_words ? openWords(w.db, w.keys, row.id) : undefined;
    w.audit('request.read', { data: { request: row.id } });
    return {
      ...requestView(row, w.now),
      subject: words?.subject ?? null,
      message: words?.message ?? null,
      agent: words?.agent ?? null,
      notes: (words?.notes ?? []) as unknown as Wire,
      events: eventsOf(w.db, row.id).map((e) => ({ ...e, at: rfc3339(e.at), detail: JSON.parse(e.detail) as Wire })),
      tasks: tasksOf(w.db, row.id).map((t) => ({
        system: t.system,
        state: t.state,
        attempts: t.attempts,
        result: JSON.parse(t.result) as Wire,
      })),
      certificate: row.body.certificate ?? null,
      may: eventsFrom(row.state),
    };
  }),
  'request.approve': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    if (row.state !== 'in_review') {
      const code = row.body.verified === null ? 'not_verified' : 'conflict';
      throw new Refusal(code, `a request that is ${row.state} can not be approved`, { state: row.state });
    }
    const by = w.context.actor.id;
    const others = row.body.approvals.filter((a) => a.by !== by);
    const approvals = [...others, { by, at: w.now }];
    return requestView(goOn(w, amend(w, { ...row, body: { ...row.body, approvals } }, 'approved_by', { by })), w.now);
  }),
  'request.deny': action(trusted<{ request: string; ground: DenialGround; message?: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    say(w, row.id, i.message);
    const { article, dpv } = DENIAL_GROUNDS[i.ground];
    const denied = move(w, { ...row, body: { ...row.body, ground: i.ground } }, 'deny', {
      ground: i.ground,
      article,
      justification: dpv,
    });
    mailSoon(w, row.id, 'denied');
    return requestView(denied, w.now);
  }),
  /** More time, once, where the law has it and as long as it may still be announced; the mail goes by itself. */
  'request.extend': action(trusted<{ request: string; reason: DelayGround }>(), (w, i) => {
    const row = requestHere(w, i.request);
    refuseExtension(row, w.now);
    const extended = { at: w.now, reason: i.reason, by: w.context.actor.id };
    const longer = clocked(w, { ...row, body: { ...row.body, extended } });
    amend(w, longer, 'extended', {
      reason: i.reason,
      justification: DELAY_GROUNDS[i.reason],
      due_at: rfc3339(longer.due_at),
    });
    mailSoon(w, row.id, 'extended');
    return requestView(longer, w.now);
  }),
  /** The clock stands still, where this law lets it for this ground. */
  'request.pause': action(trusted<{ request: string; ground: PauseGround; message?: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const facts = { region: row.region, right: row.right, marketing: row.body.marketing };
    if (!pausable(facts, i.ground, w.now)) {
      const law = ruleFor(facts, w.now).law;
      throw new Refusal('conflict', `${law} does not let the clock stand still for this`, [
        { path: '/body/ground', message: 'is no ground to pause under this law' },
      ]);
    }
    if (pausedSince(row)) throw new Refusal('conflict', 'the clock stands still already');
    say(w, row.id, i.message);
    const pauses = [...row.body.pauses, { ground: i.ground, from: w.now, to: null }];
    const asked = move(w, { ...row, body: { ...row.body, pauses } }, 'ask_subject', { ground: i.ground });
    if (i.message) mailSoon(w, row.id, 'asked', `:${pauses.length}`);
    return requestView(asked, w.now);
  }),
  'request.resume': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const pauses = row.body.pauses.map((p) => (p.to === null ? { ...p, to: w.now } : p));
    const going = clocked(w, { ...row, body: { ...row.body, pauses } });
    return requestView(move(w, going, 'subject_answered', { due_at: rfc3339(going.due_at) }), w.now);
  }),
  /** Staff have done by hand what no connector does. */
  'request.complete': action(
    trusted<{ request: string; outcome: 'succeed' | 'find_nothing' | 'reject'; message?: string }>(),
    (w, i) => {
      const row = requestHere(w, i.request);
      const open = tasksOf(w.db, row.id).filter((t) => t.state === 'waiting_manual');
      if (open.length === 0) throw new Refusal('conflict', 'nothing of this request waits for a person');
      for (const t of open) {
        const next = taskTransition(t.state, i.outcome, { attempts: t.attempts + 1, max_attempts: 1 });
        if (next.ok) writeTask(w.db, row.id, { ...t, state: next.state, attempts: t.attempts + 1, updated_at: w.now });
      }
      say(w, row.id, i.message);
      const done = move(w, row, 'finish', { outcome: i.outcome });
      mailSoon(w, row.id, done.state === 'fulfilled' ? 'done' : 'partial');
      return requestView(done, w.now);
    },
  ),
  'request.note': action(trusted<{ request: string; text: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const words = openWords(w.db, w.keys, row.id);
    if (!words) throw new Refusal('gone', 'the words of this request are gone');
    const note = { at: w.now, by: w.context.actor.id, text: i.text };
    writeWords(w.db, w.keys, row.id, { ...words, notes: [...words.notes, note] });
    return requestView(amend(w, row, 'noted'), w.now);
  }),
} satisfies Ops;

function refuseExtension(row: RequestRow, now: number): void {
  const rule = ruleFor({ region: row.region, right: row.right, marketing: row.body.marketing }, now);
  const refuse = (message: string): never => {
    throw new Refusal('conflict', message, { rule: rule.key, law: rule.law });
  };
  if (row.closed_at !== null) refuse('this request is closed');
  if (row.body.extended) refuse('the time was extended already');
  if (!rule.extension || row.body.extension_notice_by === null) refuse(`${rule.law} knows no extension`);
  else if (now > row.body.extension_notice_by) refuse('the extension had to be announced before the first term ended');
}
