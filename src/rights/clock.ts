import { policyFor } from '../consent';
import { holidaysIn } from './calendar';
import { answerRule, clockStart, type Deadlines, deadlinesFor, mayPause, pausedMs } from './deadline';
import type { ClockRule, PauseGround, RightFacts } from './rules';

/** A stretch in which the request waited for the asker; `to` is null while it still does. UTC ms. */
export type Pause = { ground: PauseGround; from: number; to: number | null };

/** What the clock of a request depends on. */
export type ClockFacts = RightFacts & {
  region: string;
  received_at: number;
  proved_at?: number;
  extended: boolean;
  pauses: readonly Pause[];
  /** Holidays of the controller's place, where it has declared one. */
  calendar?: string | null;
};

/** The clock that answers count against, in this region, today. */
export const ruleFor = (f: Pick<ClockFacts, 'region' | 'right' | 'marketing'>, now: number): ClockRule =>
  answerRule(policyFor(f.region, now).requests, f);

/** Every deadline of a request as it stands, each with the rule that produced it. */
export function clockOf(f: ClockFacts, now: number): Deadlines {
  const policy = policyFor(f.region, now);
  const rule = answerRule(policy.requests, f);
  const start = clockStart(rule, { received: f.received_at, proved: f.proved_at });
  const pauses = f.pauses.map(({ ground, from, to }) => ({ ground, ms: (to ?? now) - from }));
  return deadlinesFor(policy.requests, f, start, {
    extended: f.extended,
    pausedMs: pausedMs(rule, pauses),
    holidays: holidaysIn(f.calendar ?? policy.calendar),
  });
}

/** May this request's clock stand still on this ground? */
export const pausable = (f: Pick<ClockFacts, 'region' | 'right' | 'marketing'>, ground: PauseGround, now: number) =>
  mayPause(ruleFor(f, now), ground);
