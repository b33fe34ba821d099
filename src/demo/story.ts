/** The year's requests, each a small story, and the tour that the demo prints. */
import { DAY, HOUR, type Span } from './seed-people';
import type { Random } from './seed-random';
import type { Customer, Millis, SubjectRequest } from './seed-types';
import { PLOTS, type Plot } from './story-plots';

/** The same day of the next month, or its last day where there is none (Regulation 1182/71). Weekends stay out here. */
function oneMonthLater(at: Millis): Millis {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, last), 23, 59, 59);
}

/** CCPA counts 45 calendar days (Cal. Civ. Code 1798.130(a)(2)). */
function dueAt(plot: Plot, at: Millis): Millis {
  return plot.law === 'ccpa' ? at + 45 * DAY : oneMonthLater(at);
}

function canTell(plot: Plot, at: Millis): (person: Customer) => boolean {
  return (person) =>
    (plot.law === 'ccpa') === (person.region === 'US-CA') &&
    (plot.law === 'ccpa' || !person.region.startsWith('US')) &&
    person.birth_year === null &&
    person.registered_at < at - DAY;
}

function request(plot: Plot, person: Customer, at: Millis, index: number): SubjectRequest {
  const steps = plot.beats.map(({ after, ...step }) => ({ at: at + after * HOUR + 60_000, ...step }));
  const due = dueAt(plot, at);
  return {
    ref: `request_${String(index + 1).padStart(3, '0')}`,
    at,
    site: person.home_unit === 'retreats' ? 'retreats' : 'shop',
    customer: person.ref,
    right: plot.right,
    region: person.region,
    language: person.language,
    message: plot.message[person.language],
    steps,
    state: steps[steps.length - 1]?.to ?? 'received',
    due_at: due,
    extended_to: plot.extended_days ? due + plot.extended_days * DAY : null,
  };
}

/** The requests of the year, oldest first, each by somebody else (but for the one who asked twice). */
export function makeRequests(
  random: Random,
  span: Span,
  customers: readonly Customer[],
  except: string,
): SubjectRequest[] {
  const used = new Set([except]);
  let before: Customer | undefined;
  return PLOTS.flatMap((plot, index) => {
    const at = span.now - plot.ago * HOUR;
    const fitting = customers.filter((person) => !used.has(person.ref)).filter(canTell(plot, at));
    const person = plot.again ? before : fitting.length > 0 ? random.pick(fitting) : undefined;
    before = person;
    if (!person) return [];
    used.add(person.ref);
    return [request(plot, person, at, index)];
  });
}

/** Who was erased and when: nothing of theirs happens afterwards. */
export function erasedAt(requests: readonly SubjectRequest[]): Map<string, Millis> {
  return new Map(
    requests
      .filter((one) => one.right === 'erasure' && one.state === 'fulfilled')
      .map((one) => [one.customer, one.steps[one.steps.length - 1]!.at]),
  );
}

export type TourStop = { title: string; do: string };

/** Six steps to see the whole of it; `email` is the known customer's. */
export function tour(urls: { shop: string; console: string; mailbox: string; crm: string }, email: string): TourStop[] {
  return [
    {
      title: 'Say no',
      do: `Open ${urls.shop}, refuse everything, then look at ${urls.shop}/loaded: nothing was loaded.`,
    },
    {
      title: 'Say yes to one thing',
      do: 'Under “Privacy choices” allow only the counting of visits; one script runs.',
    },
    { title: 'Sign in', do: `As ${email}: your choices are now tied to the customer, with two proofs.` },
    { title: 'Ask as the CRM', do: `Open ${urls.crm} and see what may be done with this customer, and why.` },
    {
      title: 'Ask for your data',
      do: `Start an access request on the shop’s page and confirm it from ${urls.mailbox}.`,
    },
    {
      title: 'Check the log',
      do: `Export it at ${urls.console}, run avow verify on it, change one byte, run it again.`,
    },
  ];
}
