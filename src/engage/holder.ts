import type { Dataset, Holder, Reader } from '../platform';
import { caseEvents, casesOf, deleteCases } from './case-store';
import { cardsOf, deleteCards, entriesOf } from './loyalty-store';
import { deleteReferrals, linksOf, referralsBy } from './referral-store';
import { deleteSends, deleteTokens, sendsAbout } from './send-store';
import { NEIGHBOURS } from './show-operations';
import { answersOf, deleteAnswers, deleteShown, markStale, shownTo } from './show-store';
import { deleteTouches, deleteWishes, touchesOf, wishesOf } from './touch-store';

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** Contacts, campaigns, wishes, cards, offers, referrals and answers. */
export const engageHolder: Holder = {
  name: 'engage',
  tables: [
    'touch',
    'campaign_send',
    'mail_token',
    'contact_wish',
    'loyalty_card',
    'loyalty_entry',
    'offer_shown',
    'referral_link',
    'referral',
    'survey_answer',
    'service_case',
    'case_event',
  ],
  exportOf: (r, person) => [...contacts(r, person), ...loyalty(r, person), ...answers(r, person), ...cases(r, person)],
  rectify: () => [],
  erase: (w, person) => {
    markStale(w.db, NEIGHBOURS, w.now);
    const deleted =
      deleteTouches(w.db, person) +
      deleteSends(w.db, person) +
      deleteTokens(w.db, person) +
      deleteWishes(w.db, person) +
      deleteCards(w.db, person) +
      deleteShown(w.db, person) +
      deleteReferrals(w.db, person) +
      deleteAnswers(w.db, person) +
      deleteCases(w.db, person);
    return { deleted, retained: [] };
  },
};

function contacts(r: Reader, person: string): Dataset[] {
  return [
    {
      name: 'contacts',
      title: 'When we contacted you',
      rows: touchesOf(r.db, person).map(({ unit, channel, kind, state, at }) => ({
        unit,
        channel,
        kind,
        state,
        at: iso(at),
      })),
    },
    {
      name: 'campaigns',
      title: 'Campaigns that considered you, and why you were or were not included',
      rows: sendsAbout(r.db, person).map((s) => ({
        campaign: s.campaign,
        group: s.arm,
        outcome: s.state,
        reason: s.reason,
        at: iso(s.at),
      })),
    },
    {
      name: 'contact_wishes',
      title: 'How often you want to hear from us',
      rows: wishesOf(r.db, person).map((w) => ({ ...w, paused_until: isoOrNull(w.paused_until), at: iso(w.at) })),
    },
  ];
}

function loyalty(r: Reader, person: string): Dataset[] {
  const cards = cardsOf(r.db, person);
  return [
    {
      name: 'loyalty_cards',
      title: 'Your loyalty cards',
      rows: cards.map((c) => ({
        card: c.id,
        programme: c.programme,
        since: iso(c.created_at),
        notice: isoOrNull(c.notice_at),
      })),
    },
    {
      name: 'loyalty_entries',
      title: 'What happened on your cards',
      rows: cards.flatMap((c) => entriesOf(r.db, c.id).map((e) => ({ card: c.id, ...e, at: iso(e.at) }))),
    },
  ];
}

function answers(r: Reader, person: string): Dataset[] {
  return [
    {
      name: 'offers',
      title: 'Offers that we showed you because of your profile',
      rows: shownTo(r.db, person).map((s) => ({ offer: s.offer, at: iso(s.at), accepted: s.accepted === 1 })),
    },
    {
      name: 'referral_links',
      title: 'Your own links to hand on',
      rows: linksOf(r.db, person).map((l) => ({ code: l.code, programme: l.programme, since: iso(l.created_at) })),
    },
    {
      name: 'referrals',
      title: 'Who joined by your links, without saying who',
      rows: referralsBy(r.db, person).map((f) => ({
        code: f.code,
        joined: iso(f.joined_at),
        bought: isoOrNull(f.purchase_at),
      })),
    },
    {
      name: 'survey_answers',
      title: 'What you answered to our surveys',
      rows: answersOf(r.db, person).map((a) => ({ survey: a.survey, score: a.score, at: iso(a.at) })),
    },
  ];
}

function cases(r: Reader, person: string): Dataset[] {
  return [
    {
      name: 'cases',
      title: 'Your requests to us and what became of them',
      rows: casesOf(r.db, person).flatMap((c) =>
        caseEvents(r, c).map((e) => ({
          case: c.id,
          unit: c.unit,
          kind: c.kind,
          at: iso(e.at),
          what: e.what,
          text: e.text,
        })),
      ),
    },
  ];
}
