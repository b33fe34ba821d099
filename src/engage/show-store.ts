import type { Db, ReadDb } from '../platform';

export type ShownRow = { offer: string; at: number; accepted: number };

export const shownTo = (db: ReadDb, person: string): ShownRow[] =>
  db.read('select offer, at, accepted from offer_shown where person = ? order by at').all<ShownRow>(person);

export const noteShown = (db: Db, person: string, offer: string, at: number): void =>
  db
    .write('insert into offer_shown (person, offer, at, accepted) values (?, ?, ?, 0) on conflict do nothing')
    .run(person, offer, at);

/** Marks the last showing as taken; false where it was never shown. */
export const noteAccepted = (db: Db, person: string, offer: string): boolean =>
  db
    .write(
      `update offer_shown set accepted = 1 where person = ? and offer = ? and at =
         (select max(at) from offer_shown where person = ? and offer = ?) returning offer`,
    )
    .get<{ offer: string }>(person, offer, person, offer) !== undefined;

/** Of one offer, or of all. */
export const deleteShown = (db: Db, person: string, offer = '*'): number =>
  db.write("delete from offer_shown where person = ? and ? in (offer, '*') returning offer").all(person, offer).length;

/** Something that was counted over people has to be counted anew, because somebody left. */
export const markStale = (db: Db, name: string, at: number): void =>
  db
    .write('insert into stale_model (name, at) values (?, ?) on conflict (name) do update set at = excluded.at')
    .run(name, at);

export const staleSince = (db: ReadDb, name: string): number | null =>
  db.read('select at from stale_model where name = ?').get<{ at: number }>(name)?.at ?? null;

export type SurveyRow = { survey: string; person: string; score: number; unit: string; at: number };

export const addAnswer = (db: Db, a: SurveyRow): void =>
  db
    .write('insert into survey_answer (survey, person, score, unit, at) values (?, ?, ?, ?, ?) on conflict do nothing')
    .run(a.survey, a.person, a.score, a.unit, a.at);

export const answersOf = (db: ReadDb, person: string): SurveyRow[] =>
  db
    .read('select survey, person, score, unit, at from survey_answer where person = ? order by at')
    .all<SurveyRow>(person);

/** How often each score was given in a period: mergeable over vaults. */
export const scoreCounts = (db: ReadDb, survey: string, from: number, until: number): { value: number; n: number }[] =>
  db
    .read(
      `select score as value, count(*) as n from survey_answer where survey = ? and at >= ? and at < ? group by score order by score`,
    )
    .all<{ value: number; n: number }>(survey, from, until);

export const deleteAnswers = (db: Db, person: string): number =>
  db.write('delete from survey_answer where person = ? returning survey').all(person).length;

export const deleteAnswersTo = (db: Db, person: string, survey: string): number =>
  db.write('delete from survey_answer where person = ? and survey = ? returning survey').all(person, survey).length;
