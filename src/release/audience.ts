import { type Decision, decide, type PersonState, type Rulebook } from '../consent';

/** For what a release is: the question that is asked about every person in it. */
export type Aim = {
  purpose: string;
  channel?: Channel;
  unit?: string;
  /** Who gets it, by the name that the purpose declares; absent: it stays with us. */
  recipient?: string;
};

export type Channel = NonNullable<Parameters<typeof decide>[2]['channel']>;
export const CHANNELS: readonly Channel[] = ['email', 'sms', 'phone', 'post', 'push', 'messaging'];

/** A contact point of a person, without its value. `suppressed` is what the identifier's own vault says. */
export type Point = { hash: string; kind: string; suppressed: boolean };

/** Why somebody who is meant does not get out. `unknown_person` and `duplicate` belong to lists of people. */
export type Exclusion = Decision['reason'] | 'duplicate';

/** `points`: hashes of the contact points that may be used and shown. */
export type Verdict = { out: true; points: ReadonlySet<string> } | { out: false; reason: Exclusion };

/** Which kind of contact point a channel reaches; the others reach nothing that we keep. */
const REACHES: Readonly<Partial<Record<Channel, string>>> = { email: 'email', sms: 'phone', phone: 'phone' };
const REACHABLE: readonly string[] = ['email', 'phone'];

/**
 * Does this person belong in the release? `decide()` answers; nothing here says yes by itself. With a channel the question
 * is asked for each contact point that it reaches, and one yes is enough, for that point alone: consent for address A
 * never licenses address B. Without a channel one suppressed point is a no, because nobody knows which will be used.
 */
export function judge(
  book: Rulebook,
  state: PersonState | undefined,
  points: readonly Point[],
  aim: Aim,
  now: number,
): Verdict {
  const ask = (point?: Point): Decision =>
    decide(book, state, { ...aim, contact_point: point?.hash, suppressed: point?.suppressed }, now);
  const reached = points.filter((p) => aim.channel && p.kind === REACHES[aim.channel]);
  const answers =
    reached.length > 0 ? reached.map(ask) : [ask(aim.channel ? undefined : points.find((p) => p.suppressed))];
  if (!answers.some((a) => a.allowed)) return { out: false, reason: answers[0]!.reason };
  const shown = points.filter((p) => (aim.channel && REACHABLE.includes(p.kind) ? reached.includes(p) : true));
  return { out: true, points: new Set(shown.filter((p) => ask(p).allowed).map((p) => p.hash)) };
}

/** A recipient that is one of our units, or the controller, gets what stays in the house: no third party is named. */
export function aimOf(
  book: Rulebook,
  order: { purpose: string; channel: Channel | null; unit: string | null; recipient: string },
): Aim {
  const isUnit = Object.hasOwn(book.units, order.recipient);
  return {
    purpose: order.purpose,
    channel: order.channel ?? undefined,
    unit: order.unit ?? (isUnit ? order.recipient : undefined),
    recipient: isUnit || order.recipient === book.controller.name ? undefined : order.recipient,
  };
}
