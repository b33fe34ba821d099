import { currentRulebook } from '../consent';
import { queueMail } from '../delivery';
import {
  action,
  DAY,
  type Ops,
  query,
  type Reader,
  Refusal,
  rfc3339,
  startSaga,
  trusted,
  type Wire,
} from '../platform';
import { amend, isAtOnce, mailSoon, move, type Opening, openRequest, remindLater, requestHere } from './cases';
import { type MailFacts, type MailKind, renderMail } from './mails';
import { deleteRequest, dropWords, openWords, type RequestRow, requestById, writeTask } from './request-store';
import { endSecrets, type Proof, readSecret, type SecretKind, spendBudget, useSecret } from './secret-store';
import { settingsOf } from './settings';
import { askProof, goOn, OWN_STORE, proved, start, task } from './work';

/** What a step of a saga needs to know of a request. */
const factsFor = (row: RequestRow) => ({
  id: row.id,
  person: row.person,
  right: row.right,
  state: row.state,
  ident: row.ident,
  site: row.site,
  language: row.language,
  marketing: row.body.marketing,
  at_once: isAtOnce(row),
  verified: row.body.verified !== null,
});

/** What a mail of this kind says; undefined when its time is over. The secret goes into the mail and nowhere else. */
function mailFacts(
  w: Pick<Reader, 'db' | 'keys'>,
  row: RequestRow,
  kind: MailKind,
): (Omit<MailFacts, 'controller' | 'link'> & { token?: string }) | undefined {
  const base = { kind, language: row.language, right: row.right };
  const secret = SECRET_OF[kind];
  if (secret) {
    const living = readSecret(w.db, w.keys, row.id, secret);
    if (!living) return undefined;
    return {
      ...base,
      token: living.token,
      code: secret === 'confirm' ? living.code : undefined,
      date: living.expires_at,
    };
  }
  const message = openWords(w.db, w.keys, row.id)?.notes.findLast((n) => n.by === 'mail')?.text;
  return { ...base, ground: row.body.ground ?? undefined, delay: row.body.extended?.reason, date: row.due_at, message };
}

const SECRET_OF: Partial<Record<MailKind, SecretKind>> = {
  confirm: 'confirm',
  package: 'package',
  cooling_off: 'cancel',
};

/** The asker's side of a request and the steps of its sagas, in the request's vault. */
export const requestOps = {
  'request.open': action(trusted<Opening>(), (w, i) => {
    const row = openRequest(w, i);
    return { id: row.id, due_at: row.due_at, why: row.body.why, received_at: row.received_at };
  }),
  'request.facts': query(trusted<{ request: string }>(), (r, i) => {
    const row = requestById(r.db, i.request);
    return row ? factsFor(row) : null;
  }),
  /**
   * The saga has found whose identifier it is, or that it is nobody's. `unprove`: the token was a visitor's who has since
   * become part of a known person; of that person it proves nothing.
   */
  'request.found': action(trusted<{ request: string; person: string | null; unprove?: boolean }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const body = i.unprove ? { ...row.body, verified: null } : row.body;
    return factsFor(amend(w, { ...row, person: i.person, body }, i.person ? 'person_found' : 'person_not_found'));
  }),
  /** A proof was asked for, where somebody is known to be asked. */
  'request.ask_proof': action(trusted<{ request: string }>(), (w, i) => {
    askProof(w, requestHere(w, i.request));
    return { asked: true };
  }),
  /** The asker was proved before the request was written (subject token, staff), or the right needs no proof. */
  'request.go_on': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestHere(w, i.request);
    return factsFor(goOn(w, move(w, row, 'accept', { by: row.body.verified?.by ?? null })));
  }),
  /** The narrowing has been recorded at the person's home; nothing more is to be done. */
  'request.acted': action(trusted<{ request: string; record: string | null }>(), (w, i) => {
    const row = requestHere(w, i.request);
    writeTask(w.db, row.id, task(w, OWN_STORE, 'done'));
    const acting = move(w, { ...row, body: { ...row.body, record: i.record ?? undefined } }, 'act_at_once', {
      record: i.record,
    });
    if (row.person) mailSoon(w, row.id, 'acted');
    return factsFor(move(w, acting, 'finish'));
  }),
  /** A guess at the proof. Committed whatever it is worth; wrong and over look the same outside. */
  'request.confirm': action(trusted<{ request: string; proof: Proof }>(), (w, i) => {
    const row = requestById(w.db, i.request);
    const used = row && useSecret(w.db, w.keys, { request: i.request, kind: 'confirm', now: w.now }, i.proof);
    if (!row || used !== 'used' || !isOpen(row)) {
      w.audit('request.proof_failed', { data: { request: i.request, why: used ?? 'unknown' } });
      return { confirmed: false as const };
    }
    const next = proved(w, row, i.proof.code === undefined ? 'link' : 'code');
    const fetch = readSecret(w.db, w.keys, row.id, 'package');
    return {
      confirmed: true as const,
      state: next.state,
      right: next.right,
      language: next.language,
      due_at: next.due_at,
      package_token: fetch?.token ?? null,
      package_until: fetch?.expires_at ?? null,
    };
  }),
  /** Uses the package's token up and says whose data it opens. */
  'request.fetch': action(trusted<{ request: string; token: string }>(), (w, i) => {
    const row = requestById(w.db, i.request);
    const used =
      row && useSecret(w.db, w.keys, { request: i.request, kind: 'package', now: w.now }, { token: i.token });
    if (!row?.person || used !== 'used' || row.body.verified === null) {
      w.audit('request.fetch_failed', { data: { request: i.request } });
      return null;
    }
    amend(w, row, 'package_fetched');
    return { ...factsFor(row), person: row.person, received_at: row.received_at };
  }),
  /** The asker takes it back, with the link of the cooling-off mail. */
  'request.cancel': action(trusted<{ request: string; token: string }>(), (w, i) => {
    const row = requestById(w.db, i.request);
    const used = row && useSecret(w.db, w.keys, { request: i.request, kind: 'cancel', now: w.now }, { token: i.token });
    if (!row || used !== 'used') {
      w.audit('request.cancel_failed', { data: { request: i.request } });
      return null;
    }
    const next = move(w, row, 'withdraw', { by: 'asker' });
    mailSoon(w, row.id, 'withdrawn');
    return { state: next.state, language: next.language };
  }),
  /** Shown before a link's button is pressed: changes nothing and says nothing of the person. */
  'request.page': query(trusted<{ request: string }>(), (r, i) => {
    const row = requestById(r.db, i.request);
    return row ? { right: row.right, language: row.language } : null;
  }),
  'request.cooled_off': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestById(w.db, i.request);
    if (row?.state === 'approved') start(w, row);
    else w.auditedLater('the request went another way meanwhile');
    return { ok: true };
  }),
  /** Evidence of an erased person's consents has served its time. */
  'request.end_evidence': action(trusted<{ request: string; persons: string[] }>(), (w, i) => {
    const refs = i.persons.map((person) => ({ person, class: 'evidence' as const }));
    startSaga(w.db, {
      id: `${i.request}:evidence`,
      kind: 'rights.end',
      state: { persons: i.persons, refs },
      now: w.now,
    });
    w.audit('request.evidence_due', { data: { request: i.request } });
    return { ok: true };
  }),
  /** The record of a closed request has served its time too (`keep_days`). */
  'request.forget': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestById(w.db, i.request);
    if (row?.closed_at != null) {
      deleteRequest(w.db, row.id);
      const refs = [{ person: row.id, class: 'ordinary' as const }];
      startSaga(w.db, { id: `${row.id}:end`, kind: 'rights.end', state: { persons: [], refs }, now: w.now });
      w.audit('request.forgotten', { data: { request: row.id } });
    } else w.auditedLater('the request was opened again meanwhile');
    return { ok: true };
  }),
  /** The end of the term comes nearer: whoever listens to `request.due_soon` is told, and the next reminder is set. */
  'request.remind': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestById(w.db, i.request);
    w.auditedLater('a reminder changes nothing');
    if (!row || row.closed_at !== null) return { ok: true };
    w.emit('request.due_soon', { request: row.id, right: row.right, state: row.state, due_at: rfc3339(row.due_at) });
    remindLater(w, row);
    return { ok: true };
  }),
  'request.lapse': action(trusted<{ request: string }>(), (w, i) => {
    const row = requestById(w.db, i.request);
    if (row && (row.state === 'verifying' || row.state === 'received') && row.body.verified === null) {
      endSecrets(w.db, row.id);
      move(w, row, 'expire');
    } else w.auditedLater('the request went another way meanwhile');
    return { ok: true };
  }),
  /** For the saga that mails. */
  'request.mail': query(trusted<{ request: string; kind: MailKind }>(), (r, i) => {
    const row = requestById(r.db, i.request);
    const facts = row && mailFacts(r, row, i.kind);
    if (!row || !facts) return null;
    const { name, contact } = currentRulebook(r.db).controller;
    const { mails_per_day, site_mails_per_day, network_mails_per_day } = settingsOf(currentRulebook(r.db));
    const words = openWords(r.db, r.keys, row.id);
    const typed = words?.subject?.type === 'email' ? words.subject.id : undefined;
    return {
      facts: { ...facts, controller: { name, contact } },
      person: row.person,
      site: row.site,
      ident: row.ident,
      typed: typed ?? null,
      reply_to: words?.reply_to ?? null,
      network: row.body.network ?? null,
      limits: { mails_per_day, site_mails_per_day, network_mails_per_day },
    };
  }),
  /** Counts a mail to a recipient or for a site, in the vault of the key. */
  'request.spend': action(trusted<{ key: string; budgets: { max: number; windowMs: number }[] }>(), (w, i) => {
    const allowed = spendBudget(w.db, i.key, i.budgets, w.now);
    if (allowed) w.auditedLater('the mail that is sent has its own entry');
    else w.unchanged();
    return { allowed };
  }),
  'request.unsent': action(trusted<{ request: string; kind: MailKind; why: string }>(), (w, i) => {
    amend(w, requestHere(w, i.request), 'mail_not_sent', { kind: i.kind, why: i.why });
    return { ok: true };
  }),
  /** A mail out of the request's own vault, to an address that the person's vault no longer holds. */
  /** A mail out of the request's own vault, to an address that the person's vault no longer holds. */
  'request.queue_mail': action(trusted<{ request: string; to: string; facts: MailFacts }>(), (w, i) => {
    queueMail(w, renderMail(i.to, i.facts), { kind: `rights.${i.facts.kind}` });
    amend(w, requestHere(w, i.request), 'mail_queued', { kind: i.facts.kind });
    return { queued: true };
  }),
  /** What a certificate says of the request. */
  'request.case': query(trusted<{ request: string }>(), (r, i) => {
    const row = requestById(r.db, i.request);
    const book = currentRulebook(r.db);
    if (!row) throw new Refusal('not_found', 'there is no such request');
    const { backup_days } = settingsOf(book);
    return { person: row.person, received_at: row.received_at, controller: book.controller.name, backup_days };
  }),
  /** A legal hold stands against the erasure: nothing is deleted until it is released or the request is refused. */
  'request.held': action(trusted<{ request: string; holds: string[] }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const held = task(w, OWN_STORE, 'skipped_legal_hold', { holds: i.holds });
    writeTask(w.db, row.id, held);
    amend(w, row, 'held', { holds: i.holds });
    return { held: true };
  }),
  /** The person's vault has carried it out. */
  'request.applied': action(trusted<{ request: string; result: Wire }>(), (w, i) => {
    const row = requestHere(w, i.request);
    writeTask(w.db, row.id, task(w, OWN_STORE, 'done', { result: i.result }));
    mailSoon(w, row.id, 'done');
    return factsFor(move(w, row, 'finish', i.result));
  }),
  /** Every system has answered: the certificate is kept, the person is told, and the last words go. */
  'request.erased': action(trusted<{ request: string; certificate: string; persons: string[] }>(), (w, i) => {
    const row = requestHere(w, i.request);
    const words = openWords(w.db, w.keys, row.id);
    const done = move(w, { ...row, body: { ...row.body, certificate: i.certificate } }, 'finish');
    if (words?.reply_to) {
      const { name, contact } = currentRulebook(w.db).controller;
      const facts: MailFacts = {
        kind: done.state === 'fulfilled' ? 'erased' : 'partial',
        language: row.language,
        right: row.right,
        controller: { name, contact },
        message: i.certificate,
      };
      queueMail(w, renderMail(words.reply_to, facts), { kind: `rights.${facts.kind}` });
    }
    endSecrets(w.db, row.id);
    dropWords(w.db, row.id);
    const until = w.now + settingsOf(currentRulebook(w.db)).evidence_days * DAY;
    w.schedule({ op: 'request.end_evidence', due: until, input: { request: row.id, persons: i.persons } });
    return { state: done.state };
  }),
} satisfies Ops;

const isOpen = (row: RequestRow): boolean => row.state === 'verifying' || row.state === 'received';
