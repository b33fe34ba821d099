import type { Db, ReadDb } from '../platform';

export type Proposal = {
  id: string;
  person: string;
  other: string;
  reasons: string;
  /** 0…1000. */
  score: number;
  status: 'open' | 'rejected' | 'merged';
  at: number;
  decided_at: number | null;
  decided_by: string | null;
};

const columns = 'id, person, other, reasons, score, status, at, decided_at, decided_by';

/** Proposes that two persons are one. A pair that was proposed before keeps its decision; a better reason raises it. */
export function propose(
  db: Db,
  p: { id: string; person: string; other: string; reasons: readonly string[]; score: number; at: number },
): void {
  const [a, b] = p.person < p.other ? [p.person, p.other] : [p.other, p.person];
  db.write(
    `insert into duplicate_proposal (id, person, other, reasons, score, status, at) values (?, ?, ?, ?, ?, 'open', ?)
     on conflict (person, other) do update set reasons = excluded.reasons, score = excluded.score
       where excluded.score > duplicate_proposal.score and duplicate_proposal.status = 'open'`,
  ).run(p.id, a!, b!, JSON.stringify(p.reasons), p.score, p.at);
}

export const proposalById = (db: ReadDb, id: string): Proposal | undefined =>
  db.read(`select ${columns} from duplicate_proposal where id = ?`).get<Proposal>(id);

/** Open proposals by id. */
export const openProposals = (db: ReadDb, after: string, limit: number): Proposal[] =>
  db
    .read(`select ${columns} from duplicate_proposal where status = 'open' and id > ? order by id limit ?`)
    .all<Proposal>(after, limit);

export const proposalsOf = (db: ReadDb, person: string): Proposal[] =>
  db
    .read(`select ${columns} from duplicate_proposal where person = ? or other = ? order by at, id`)
    .all<Proposal>(person, person);

export const decideProposal = (db: Db, id: string, status: 'rejected' | 'merged', by: string, at: number): boolean =>
  db
    .write(
      `update duplicate_proposal set status = ?, decided_at = ?, decided_by = ? where id = ? and status = 'open' returning id`,
    )
    .get(status, at, by, id) !== undefined;
