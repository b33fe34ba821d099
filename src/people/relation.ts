import { currentRulebook, readState } from '../consent';
import { isObject, parseVaultId, type Reader, Refusal, vaultId, type Writer } from '../platform';
import { type Admission, admit, type DropReason } from './admit';
import { needActive, noteFacts } from './facts';
import { membersOf, putMembership, putStage } from './relation-store';

type Answer = { stored: true; record: string | null; expires_at: number } | { stored: false; reason: DropReason };

export type JoinInput = {
  person: string;
  /** `hsh_…` of a household, or the key of a declared organisation. */
  group: string;
  kind: 'household' | 'organisation';
  role: string;
  purpose: string;
  unit?: string;
  source: string;
};

const SOCIAL = 'user.social_activity';
const STAGES = 'user.demographic.profile';

/** Notes that a person belongs to a household or organisation, if the purpose may have that. */
export function joinGroup(w: Writer, i: JoinInput): Answer {
  if (i.kind === 'organisation' && !isDeclared(w, i.group))
    throw new Refusal('not_found', 'there is no such organisation', [
      { path: '/body/group', message: 'is not the key of a declared organisation' },
    ]);
  const { keyed, admission } = decideHere(w, i, SOCIAL, w.now);
  if (admission.allowed) {
    const { record, expires_at, purpose } = admission;
    const row = { person: i.person, group_id: i.group, kind: i.kind, role: i.role, source: i.source };
    putMembership(w.db, { ...row, purpose, record, collected_at: w.now, expires_at });
  }
  return finish(w, i, keyed, admission, 'membership.written', { group: i.group, role: i.role });
}

const isDeclared = (w: Writer, key: string): boolean => {
  const all = currentRulebook(w.db).parts.organisations;
  return isObject(all) && Object.hasOwn(all, key);
};

export type StageInput = {
  person: string;
  stage: string;
  from: number;
  purpose: string;
  unit?: string;
  source: string;
};

/** Begins a phase of life; the one before ends at the same moment. */
export function writeStage(w: Writer, i: StageInput): Answer {
  const { keyed, admission } = decideHere(w, i, STAGES, i.from);
  if (admission.allowed) {
    const { record, expires_at, purpose } = admission;
    const id = vaultId('stg', w.vault.zone, parseVaultId(i.person)!.bits);
    const row = { id, person: i.person, stage: i.stage, from_at: i.from, until_at: null, source: i.source };
    putStage(w.db, { ...row, purpose, record, collected_at: w.now, expires_at });
  }
  return finish(w, i, keyed, admission, 'life_stage.written', { stage: i.stage });
}

function decideHere(
  w: Writer,
  i: { person: string; purpose: string; unit?: string },
  category: string,
  collected_at: number,
): { keyed: boolean; admission: Admission } {
  const { keyed } = needActive(w.db, i.person);
  const state = noteFacts(w, i.person, {}, keyed);
  const q = { purpose: i.purpose, unit: i.unit, category, collected_at };
  return { keyed, admission: admit(currentRulebook(w.db), state, q, w.now) };
}

function finish(
  w: Writer,
  i: { person: string; purpose: string; source: string },
  keyed: boolean,
  admission: Admission,
  event: string,
  data: { [key: string]: string },
): Answer {
  const common = { person: i.person, purpose: i.purpose, keyed };
  if (!admission.allowed) {
    w.audit('activity.dropped', {
      ...common,
      outcome: admission.reason,
      data: { what: event, reason: admission.reason },
    });
    return { stored: false, reason: admission.reason };
  }
  w.audit(event, { ...common, data: { ...data, source: i.source } });
  w.raise('people.changed', { person: i.person, fields: [event.slice(0, event.indexOf('.'))] });
  return { stored: true, record: admission.record, expires_at: admission.expires_at };
}

/** Members of a group in this vault, without those whose ground has fallen meanwhile or is suspended. */
export function membersHere(r: Reader, group: string): { person: string; role: string; purpose: string }[] {
  const book = currentRulebook(r.db);
  return membersOf(r, group)
    .filter((m) => {
      const q = { purpose: m.purpose, category: SOCIAL, collected_at: m.collected_at };
      return admit(book, readState(r.db, m.person), q, r.now).allowed;
    })
    .map(({ person, role, purpose }) => ({ person, role, purpose }));
}
