import { interactionsOf, ordersOf, stagesOf } from '../people';
import type { Reader } from '../platform';
import { casesOf } from './case-store';
import { cardsOf, entriesOf } from './loyalty-store';
import { sendsAbout } from './send-store';
import { answersOf, shownTo } from './show-store';
import { touchesOf } from './touch-store';

/** One thing that happened between a person and the group. */
export type TimelineEvent = { at: string; unit: string | null; what: string; about: string | null };

type Event = { at: number; unit: string | null; what: string; about: string | null };

/** Everything over all units, newest first. No contents: whoever needs them asks the room that holds them. */
export function timelineOf(r: Reader, person: string, limit: number): TimelineEvent[] {
  const all = [...bought(r, person, limit), ...contacts(r, person), ...relations(r, person)];
  return all
    .sort((p, q) => q.at - p.at)
    .slice(0, limit)
    .map((e) => ({ ...e, at: new Date(e.at).toISOString() }));
}

function bought(r: Reader, person: string, limit: number): Event[] {
  return [
    ...ordersOf(r, person).map((o) => ({ at: o.at, unit: o.unit, what: `order.${o.status}`, about: o.number })),
    ...interactionsOf(r, person, { limit }).map((i) => ({
      at: i.at,
      unit: i.unit,
      what: `interaction.${i.kind}`,
      about: i.product,
    })),
    ...stagesOf(r, person).map((s) => ({ at: s.from_at, unit: null, what: 'life_stage', about: s.stage })),
  ];
}

function contacts(r: Reader, person: string): Event[] {
  const sends = sendsAbout(r.db, person).filter(({ state }) => state === 'skipped' || state === 'held_out');
  return [
    ...touchesOf(r.db, person).map((t) => ({ at: t.at, unit: t.unit, what: `contact.${t.state}`, about: t.channel })),
    ...sends.map((s) => ({ at: s.at, unit: null, what: `campaign.${s.state}`, about: s.campaign })),
    ...shownTo(r.db, person).map((s) => ({ at: s.at, unit: null, what: 'offer.shown', about: s.offer })),
  ];
}

function relations(r: Reader, person: string): Event[] {
  const cards = cardsOf(r.db, person).flatMap((c) =>
    entriesOf(r.db, c.id).map((e) => ({ at: e.at, unit: null, what: `loyalty.${e.kind}`, about: c.programme })),
  );
  return [
    ...cards,
    ...casesOf(r.db, person).map((c) => ({ at: c.opened_at, unit: c.unit, what: 'case.opened', about: c.kind })),
    ...answersOf(r.db, person).map((a) => ({ at: a.at, unit: a.unit, what: 'survey.answered', about: a.survey })),
  ];
}
