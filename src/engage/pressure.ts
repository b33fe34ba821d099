const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A contact of one person, over all units, brands, aliases and addresses: sent, or reserved for sending. */
export type Touch = {
  unit: string;
  legal_entity: string;
  channel: string;
  /** Only marketing counts; what the person needs for a contract is never held back here. */
  kind: 'marketing' | 'transactional';
  /** Milliseconds UTC; of a reserved one the planned time. */
  at: number;
};

/** Which contacts a rule speaks of; null means all. */
export type Reach = { units: readonly string[] | null; channels: readonly string[] | null };

export type PressureRules = {
  /** At most so many marketing contacts within any so many days. */
  caps: readonly (Reach & { name: string; most: number; days: number })[];
  /** At least so many hours between two marketing contacts. */
  gaps: readonly (Reach & { name: string; hours: number })[];
  /** No marketing from one time (inclusive) to another (exclusive): a holiday, or a pause that the person asked for. */
  pauses: readonly (Reach & { name: string; from: number; until: number })[];
  /** No marketing at these local times, minutes after midnight; `from` after `until` runs over midnight. */
  quiet_hours: readonly (Reach & { name: string; from: number; until: number })[];
  /** IANA zone for people whose own is not known. */
  time_zone: string;
};

export type PressureQuestion = {
  rules: PressureRules;
  /** The contact that is asked for. */
  unit: string;
  channel: string;
  kind: Touch['kind'];
  /** The person's IANA zone, where known. */
  time_zone: string | null;
  /** All contacts of this person, reserved ones among them, in any order. */
  touches: readonly Touch[];
  now: number;
};

export type PressureBlock = {
  reason: 'cap' | 'gap' | 'pause' | 'quiet_hours';
  /** Name of the rule. */
  rule: string;
  /** When what blocks now blocks no longer; null: never. */
  next_at: number | null;
};

export type PressureDecision = {
  allowed: boolean;
  blocks: PressureBlock[];
  /** Earliest time at which all rules let it pass, as far as known now; null: never, or not within two years. */
  next_at: number | null;
};

/**
 * Whether one more contact would be too much for a person. Reserve the contact in the same transaction that asks, and
 * hand reserved ones in again: then of many that ask at once only as many pass as the cap allows.
 */
export function decidePressure(question: PressureQuestion): PressureDecision {
  const blocks = blocksAt(question, question.now);
  if (blocks.length === 0) return { allowed: true, blocks, next_at: question.now };
  return { allowed: false, blocks, next_at: firstFree(question, blocks) };
}

/** Goes from one end of a block to the next until nothing blocks. */
function firstFree(question: PressureQuestion, blocks: readonly PressureBlock[]): number | null {
  const limit = question.now + 730 * DAY;
  let [at, open] = [question.now, blocks];
  while (open.length > 0) {
    const ends = open.map(({ next_at }) => next_at);
    if (ends.includes(null)) return null;
    at = Math.max(...(ends as number[]));
    if (at > limit) return null;
    open = blocksAt(question, at);
  }
  return at;
}

function blocksAt(question: PressureQuestion, at: number): PressureBlock[] {
  const { rules, kind } = question;
  if (kind === 'transactional') return [];
  const isMeant = (reach: Reach): boolean => covers(reach, question);
  return [
    ...rules.caps.filter(isMeant).flatMap((cap) => capBlock(cap, question.touches, at)),
    ...rules.gaps.filter(isMeant).flatMap((gap) => gapBlock(gap, question.touches, at)),
    ...rules.pauses.filter(isMeant).flatMap(({ name, from, until }): PressureBlock[] => {
      return at >= from && at < until ? [{ reason: 'pause', rule: name, next_at: until }] : [];
    }),
    ...rules.quiet_hours.filter(isMeant).flatMap((hours) => {
      return quietBlock(hours, question.time_zone ?? rules.time_zone, at);
    }),
  ];
}

function covers({ units, channels }: Reach, { unit, channel }: { unit: string; channel: string }): boolean {
  return (units === null || units.includes(unit)) && (channels === null || channels.includes(channel));
}

const counted = (reach: Reach, touches: readonly Touch[]): number[] =>
  touches.filter((touch) => touch.kind === 'marketing' && covers(reach, touch)).map(({ at }) => at);

function capBlock(cap: PressureRules['caps'][number], touches: readonly Touch[], at: number): PressureBlock[] {
  const window = cap.days * DAY;
  const times = counted(cap, touches).sort((p, q) => p - q);
  if (!isFull(cap.most, window, times, at)) return [];
  const ends = times.map((time) => time + window).filter((end) => end > at);
  const next = cap.most > 0 ? ends.find((end) => !isFull(cap.most, window, times, end)) : undefined;
  return [{ reason: 'cap', rule: cap.name, next_at: next ?? null }];
}

/** Whether some window that holds `at` holds `most` contacts already. Such a window may as well begin at a contact. */
function isFull(most: number, window: number, times: readonly number[], at: number): boolean {
  const starts = [...times.filter((time) => time > at - window && time < at), at];
  return starts.some((start) => times.filter((time) => time >= start && time < start + window).length >= most);
}

function gapBlock(gap: PressureRules['gaps'][number], touches: readonly Touch[], at: number): PressureBlock[] {
  const near = counted(gap, touches).filter((time) => Math.abs(time - at) < gap.hours * HOUR);
  return near.length === 0 ? [] : [{ reason: 'gap', rule: gap.name, next_at: Math.max(...near) + gap.hours * HOUR }];
}

function quietBlock(hours: PressureRules['quiet_hours'][number], zone: string, at: number): PressureBlock[] {
  const minute = localMinute(at, zone);
  const { from, until } = hours;
  const isQuiet = from < until ? minute >= from && minute < until : from > until && (minute >= from || minute < until);
  if (!isQuiet) return [];
  const wait = (until - minute + 1440) % 1440;
  const next_at = nextLocal(until, zone, at - (at % MINUTE) + wait * MINUTE);
  return [{ reason: 'quiet_hours', rule: hours.name, next_at }];
}

/** Puts right a guess at a local time that a change of the clock moved, unless that time is one which the change leaves out. */
function nextLocal(minute: number, zone: string, guess: number): number {
  const off = ((localMinute(guess, zone) - minute + 2160) % 1440) - 720;
  const right = guess - off * MINUTE;
  return localMinute(right, zone) === minute ? right : guess;
}

/** Minutes after local midnight. Throws RangeError for a zone that doesn't exist. */
export function localMinute(at: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(at);
  const numberOf = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return numberOf('hour') * 60 + numberOf('minute');
}

/** Formats are costly to make and hold nothing but the zone; its spellings are many, so there is a limit. */
const MOST_FORMATS = 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (formats.size >= MOST_FORMATS) formats.clear();
  formats.set(timeZone, made);
  return made;
}

/** What a unit may know of the contacts of others: that, when and by which channel; never what. */
export type SeenTouch = { unit: string; channel: string; at: number };

/**
 * Contacts of a person as one unit sees them. Another legal entity's are seen only where the notice names that entity as
 * a recipient (`mayShare`); they count in `decidePressure` all the same, because the caps protect the person.
 */
export function touchesSeenBy(of: {
  legal_entity: string;
  touches: readonly Touch[];
  mayShare: (fromEntity: string) => boolean;
}): SeenTouch[] {
  return of.touches
    .filter(({ legal_entity }) => legal_entity === of.legal_entity || of.mayShare(legal_entity))
    .map(({ unit, channel, at }) => ({ unit, channel, at }))
    .sort((p, q) => p.at - q.at);
}

/** All that is wrong with rules, before they are published. */
export function pressureProblems(rules: PressureRules): string[] {
  const isMinute = (minute: number): boolean => Number.isInteger(minute) && minute >= 0 && minute < 1440;
  return [
    ...rules.caps.flatMap(({ name, most, days }) =>
      Number.isInteger(most) && most >= 0 && days > 0 ? [] : [`cap ${name}: needs a whole number ≥ 0 in days > 0`],
    ),
    ...rules.gaps.flatMap(({ name, hours }) => (hours > 0 ? [] : [`gap ${name}: needs hours > 0`])),
    ...rules.pauses.flatMap(({ name, from, until }) => (from < until ? [] : [`pause ${name}: ends before it begins`])),
    ...rules.quiet_hours.flatMap(({ name, from, until }) =>
      isMinute(from) && isMinute(until) && from !== until ? [] : [`quiet hours ${name}: need two minutes 0–1439`],
    ),
    ...(isZone(rules.time_zone) ? [] : [`${rules.time_zone} is no time zone`]),
  ];
}

/** Whether the runtime knows an IANA zone. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}
