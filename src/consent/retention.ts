import { staleVisitors } from '../identity';
import { action, DAY, forgetCommands, jobIsPlanned, type Ops, trusted, utcDay, type Writer } from '../platform';
import { forgetDecisions } from './decision-log';
import { forgetTokens } from './ledger';

/** How long things are kept that no person's request ends. */
export type Retention = {
  /** Days of the decision log. */
  decisionDays: number;
  /** Days after which a visitor who was never tied to a person, and hasn't come back, is forgotten. */
  visitorDays: number;
};

/** Thirteen months: a device's choice has lapsed everywhere by then, and a year-on-year question can be answered. */
export const VISITOR_DAYS = 396;

/** Visitors forgotten in one run; the rest follow a minute later. */
const SLICE = 50;
const MINUTE = 60_000;

/** The daily end of what nobody needs any more. `erase` empties every room of these persons, and the log. */
export function retentionOps(retention: Retention, erase: (w: Writer, persons: string[]) => void) {
  return {
    'retention.daily': action(trusted<Record<never, never>>(), (w) => {
      forgetTokens(w.db, w.now);
      const decisions = forgetDecisions(w.db, utcDay(w.now - retention.decisionDays * DAY));
      const commands = forgetCommands(w.db, w.now);
      const visitors = staleVisitors(w.db, w.now - retention.visitorDays * DAY, SLICE);
      if (visitors.length > 0) erase(w, visitors);
      const more = visitors.length === SLICE || decisions === 1000 || commands === 500;
      w.audit('retention.run', { data: { decisions, commands, visitors: visitors.length } });
      w.schedule({ op: 'retention.daily', due: w.now + (more ? MINUTE : DAY), input: {}, id: 'retention.daily.next' });
      return { decisions, commands, visitors: visitors.length };
    }),
  } satisfies Ops;
}

/** Puts the daily run on the clock of a vault that doesn't have it yet. */
export function planRetention(w: Writer): void {
  if (jobIsPlanned(w.db, 'retention.daily') || jobIsPlanned(w.db, 'retention.daily.next')) return;
  w.schedule({ op: 'retention.daily', due: w.now + DAY, input: {}, id: 'retention.daily' });
}
