import { personById } from '../identity';
import type { Holder } from '../platform';
import { decisionsAbout, deleteDecisions } from './decision-log';
import { deleteRecords, deleteState, openEvidence, readState, recordsOf } from './ledger';

/** Consent records, the state derived from them, and who asked about the person. */
export const consentHolder: Holder = {
  name: 'consent',
  tables: ['consent_record', 'consent_state', 'decision'],
  exportOf: (r, person) => {
    const keyed = personById(r.db, person)?.keyed === 1;
    const state = readState(r.db, person);
    return [
      {
        name: 'consent_records',
        title: 'What you allowed, refused and withdrew',
        rows: recordsOf(r.db, person, 0, 100_000).map((row) => ({
          id: row.id,
          at: new Date(row.at).toISOString(),
          how: row.method,
          site: row.site,
          notice: row.notice,
          language: row.language,
          notice_hash: row.notice_hash,
          choices: row.choices,
          detail: row.detail,
          evidence: JSON.stringify(openEvidence(r.keys, row, keyed) ?? null),
        })),
      },
      { name: 'consent_state', title: 'What holds today', rows: state ? [{ state: JSON.stringify(state) }] : [] },
      {
        name: 'decisions',
        title: 'Who asked whether they may use your data, and what we answered',
        rows: decisionsAbout(r.db, person).map((d) => ({
          day: d.day,
          question: d.question,
          times: d.count,
          first: new Date(d.first_at).toISOString(),
        })),
      },
    ];
  },
  rectify: () => [],
  erase: (w, person) => {
    const deleted = deleteRecords(w.db, person) + deleteDecisions(w.db, person);
    deleteState(w.db, person);
    return { deleted, retained: [] };
  },
};
