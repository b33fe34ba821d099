import { action, type Ops, query, Refusal, trusted, type Wire, type Writer } from '../platform';
import { amend, move, requestHere } from './cases';
import { requestView } from './officer-operations';
import { openWords, type RequestRow, requestById, tasksOf, writeRequest, writeTask, writeWords } from './request-store';
import { FINAL_STATES, taskTransition } from './states';
import { goOn, offerPackage, proved, runOwnStore } from './work';

/** Staff and the asker's proof, where no known address answers; and what has to be done once more. */
export const proofOps = {
  /**
   * Staff vouch that the asker is this person: two facts were told that both lead to them. It counts when two members of
   * staff have done it, since nobody may open or erase another's data alone. `reply_to` is where the answer goes then.
   */
  'request.vouch': action(trusted<{ request: string; person: string; reply_to?: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    if (row.body.verified) throw new Refusal('conflict', 'the asker is proved already');
    if (FINAL_STATES.has(row.state)) throw new Refusal('conflict', `this request is ${row.state}`);
    const by = w.context.actor.id;
    const same = row.body.vouched?.person === i.person ? row.body.vouched.by : [];
    const vouched = { person: i.person, by: [...same.filter((b) => b !== by), by] };
    keepAddress(w, row, i.reply_to);
    const noted = amend(w, { ...row, person: i.person, body: { ...row.body, vouched } }, 'vouched', { by });
    if (vouched.by.length < 2) return requestView(noted, w.now);
    return requestView(proved(w, noted, 'staff'), w.now);
  }),
  /** The agent has shown that the person has given them authority (11 CCR 7063). */
  'request.authorise': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    if (row.body.agent_authorised !== false) throw new Refusal('conflict', 'no agent waits to be authorised here');
    const shown = { ...row, body: { ...row.body, agent_authorised: true } };
    const noted = amend(w, shown, 'agent_authorised', { by: w.context.actor.id });
    if (!row.body.verified || (row.state !== 'verifying' && row.state !== 'received')) return requestView(noted, w.now);
    return requestView(goOn(w, move(w, noted, 'accept', { by: row.body.verified.by })), w.now);
  }),
  /** The link was used or is over: the same proved asker gets another one. */
  'request.reissue': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const given = row.right === 'access' || row.right === 'portability';
    if (!given || row.state !== 'fulfilled' || !row.body.verified)
      throw new Refusal('conflict', 'there is no package of this request to be fetched');
    offerPackage(w, row, true);
    return requestView(amend(w, row, 'reissued'), w.now);
  }),
  /** What a legal hold has stopped, or what has failed, is tried again. */
  'request.retry': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const stuck = tasksOf(w.db, row.id).filter((t) => t.state === 'skipped_legal_hold' || t.state === 'failed');
    if (row.state !== 'processing' || stuck.length === 0)
      throw new Refusal('conflict', 'nothing of this request waits to be tried again');
    for (const t of stuck) {
      const event = t.state === 'failed' ? ('retry' as const) : ('release' as const);
      const next = taskTransition(t.state, event, { attempts: 0, max_attempts: 1 });
      if (next.ok) writeTask(w.db, row.id, { ...t, state: next.state, updated_at: w.now });
    }
    const run = 1 + (row.body.runs ?? 1);
    const again = { ...row, body: { ...row.body, runs: run } };
    writeRequest(w.db, again);
    amend(w, again, 'tried_again', { run });
    return requestView(runOwnStore(w, again, run), w.now);
  }),
  'request.certificate': query(trusted<{ request: string }>(), (r, i) => {
    const certificate = requestById(r.db, i.request)?.body.certificate;
    return certificate ? { certificate } : null;
  }),
  /** What came back from the person's vault after a correction. */
  'request.rectified': action(trusted<{ request: string; changed: string[] }>(), (w, i) => {
    const row = requestHere(w, i.request);
    return requestView(amend(w, row, 'rectified', { changed: i.changed } as Wire), w.now);
  }),
} satisfies Ops;

function keepAddress(w: Writer, row: RequestRow, to: string | undefined): void {
  if (to === undefined) return;
  const words = openWords(w.db, w.keys, row.id);
  if (!words) throw new Refusal('gone', 'the words of this request are gone');
  writeWords(w.db, w.keys, row.id, { ...words, reply_to: to });
}
