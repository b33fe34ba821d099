import { addDays, addMonths, addWorkingDays, type Holidays, nextWorkingDay } from './calendar';
import {
  actsAtOnce,
  CLOCK_RULES,
  type ClockRule,
  type ClockRuleKey,
  type PauseGround,
  type RightFacts,
  type Span,
} from './rules';

const DAY_MS = 86_400_000;

/** UTC milliseconds. */
type Instant = number;

/** A closed interval in which the request waited for the asker. */
export type Pause = { ground: PauseGround; ms: number };

export type ClockOptions = {
  /** Was the extension used? Ignored by rules without one. */
  extended?: boolean;
  /** Milliseconds in which the clock stood still, of grounds that {@link pausedMs} has let through. */
  pausedMs?: number;
  /** Holidays of the place where the controller acts (Reg. 1182/71 Art. 2). */
  holidays: Holidays;
};

export type Due = {
  /** End of the last day: 23:59:59.999 UTC, in milliseconds. */
  due_at: Instant;
  rule: ClockRuleKey;
  /** How the day came about, in one English sentence per step. */
  explanation: string;
};

const dayAt = (at: Instant): string => new Date(at).toISOString().slice(0, 10);
const endOf = (day: string): Instant => Date.parse(day) + DAY_MS - 1;

const UNITS = { month: 'calendar month', day: 'calendar day', business_day: 'business day' } as const;
const spoken = ({ n, unit }: Span): string => `${n} ${UNITS[unit]}${n === 1 ? '' : 's'}`;

function add(day: string, { n, unit }: Span, holidays: Holidays): string {
  if (unit === 'month') return addMonths(day, n);
  return unit === 'day' ? addDays(day, n) : addWorkingDays(day, n, holidays);
}

/** Base and extension as one span, counted from the same first day: two clamped months after a clamped month are three. */
function whole(rule: ClockRule, extended: boolean): Span {
  const more = extended ? rule.extension : null;
  return { ...rule.base, n: rule.base.n + (more?.n ?? 0) };
}

/** Only whole days of waiting move the end. */
const pausedDays = (rule: ClockRule, ms: number): number =>
  rule.pause.length > 0 ? Math.max(0, Math.floor(ms / DAY_MS)) : 0;

/**
 * When a clock ends. The day of receipt is day 0; days and months are those of UTC; the last day counts in full, to
 * 23:59:59.999 UTC.
 *
 * Months: the same day number, or the month's last day where there is none (Reg. 1182/71 Art. 3(2)(c)); where the rule
 * rolls, a Saturday, Sunday or holiday moves the end to the next working day (Art. 3(4)). An extension is counted from
 * receipt, not from the moved first end.
 */
export function dueAt(rule: ClockRule, receivedAt: Instant, options: ClockOptions): Due {
  const { extended = false, pausedMs: waited = 0, holidays } = options;
  const received = dayAt(receivedAt);
  const span = whole(rule, extended);
  const counted = add(received, span, holidays);
  const paused = pausedDays(rule, waited);
  const moved = addDays(counted, paused);
  const day = rule.roll === 'next_working_day' ? nextWorkingDay(moved, holidays) : moved;
  const steps = [
    `${rule.law}: ${span.n === 0 ? 'due on the day of receipt' : `${spoken(span)} from ${received} end on`} ${counted}`,
    extended && rule.extension && `this includes the extension of ${spoken(rule.extension)}`,
    extended && !rule.extension && 'this law knows no extension',
    paused > 0 && `${spoken({ n: paused, unit: 'day' })} of waiting for the asker move it to ${moved}`,
    waited >= DAY_MS && paused === 0 && 'this law lets nothing stop the clock',
    day !== moved && `${moved} is no working day, so the end moves to ${day}`,
  ];
  return { due_at: endOf(day), rule: rule.key, explanation: `${steps.filter(Boolean).join('; ')}.` };
}

/** Of all waiting, the milliseconds that this law lets stop the clock. Overlaps must be merged before. */
export const pausedMs = (rule: ClockRule, pauses: readonly Pause[]): number =>
  pauses.filter(({ ground }) => rule.pause.includes(ground)).reduce((sum, { ms }) => sum + Math.max(0, ms), 0);

/** May the clock stand still while this is outstanding? */
export const mayPause = (rule: ClockRule, ground: PauseGround): boolean => rule.pause.includes(ground);

/** The moment that starts the clock: receipt, or under UK law the latest of request, proof of identity and fee. */
export function clockStart(rule: ClockRule, at: { received: Instant; proved?: Instant; paid?: Instant }): Instant {
  return rule.starts === 'receipt' ? at.received : Math.max(at.received, at.proved ?? 0, at.paid ?? 0);
}

/** The clocks of a region, as its policy names them. */
export type RegionClocks = {
  answer: ClockRuleKey;
  acknowledge: ClockRuleKey | null;
  opt_out: ClockRuleKey;
  appeal: ClockRuleKey | null;
  complaint: ClockRuleKey | null;
};

/** The clock for the answer to a request. */
export function answerRule(clocks: RegionClocks, facts: RightFacts): ClockRule {
  if (facts.right === 'opt_out' || facts.right === 'limit_sensitive') return CLOCK_RULES[clocks.opt_out];
  if (actsAtOnce(facts)) return CLOCK_RULES.at_once;
  if (facts.right === 'appeal') return CLOCK_RULES[clocks.appeal ?? clocks.answer];
  if (facts.right === 'complaint') return CLOCK_RULES[clocks.complaint ?? clocks.answer];
  return CLOCK_RULES[clocks.answer];
}

export type Deadlines = {
  answer: Due;
  /** Confirmation that the request has arrived, where the law sets a term and the request isn't done at once. */
  acknowledge: Due | null;
  /** Last moment to announce an extension with its reasons; null where there is none to announce. */
  extension_notice: Due | null;
};

/** Every deadline of one request, each explained. */
export function deadlinesFor(clocks: RegionClocks, facts: RightFacts, at: Instant, options: ClockOptions): Deadlines {
  const rule = answerRule(clocks, facts);
  const acknowledge = clocks.acknowledge && !actsAtOnce(facts) ? CLOCK_RULES[clocks.acknowledge] : null;
  return {
    answer: dueAt(rule, at, options),
    acknowledge: acknowledge && dueAt(acknowledge, at, { holidays: options.holidays }),
    extension_notice: rule.extension_notice ? dueAt(rule, at, { ...options, extended: false }) : null,
  };
}

/** May the extension still be announced, and does the law know one? */
export const mayExtend = (rule: ClockRule, notice: Due | null, now: Instant): boolean =>
  rule.extension !== null && notice !== null && now <= notice.due_at;

/** Whole days left, negative once overdue: 0 on the last day, −1 on the day after. */
export const daysLeft = (due: Instant, now: Instant): number =>
  Math.round((Date.parse(dayAt(due)) - Date.parse(dayAt(now))) / DAY_MS);

/** When staff are reminded: half-way, with a quarter of the time left, three days and one day before; past ones left out. */
export function remindersAt(receivedAt: Instant, due: Instant): Instant[] {
  const total = due - receivedAt;
  const moments = [receivedAt + total / 2, due - total / 4, due - 3 * DAY_MS, due - DAY_MS].map(Math.floor);
  return [...new Set(moments)].filter((at) => at > receivedAt).sort((a, b) => a - b);
}
