import { everyVault, need } from '../platform';
import { spreadOf } from './metric';
import { type RequestTimes, requestReport, type WithdrawalEffects, withdrawalReport } from './metric-programme';
import { isWithin } from './period';
import { type Asked, type Made, printed, type ReportKind } from './report';

/** Nothing may happen after a withdrawal: how many contacts did, and how long they went on. */
async function withdrawals(asked: Asked): Promise<Made> {
  const { ports, context, period, analyses } = asked;
  const all = [];
  for (const vault of everyVault(ports.vaults)) {
    let after: string | null = '';
    while (after !== null) {
      const page: Effects = need(await vault.run('campaign.effects', { ...period, after }, context));
      all.push(...page.withdrawals);
      after = page.after;
    }
  }
  const scope = { as_of: period.until, population: 'people who withdrew or objected to marketing in the period' };
  const { late_effects, delays } = withdrawalReport(all, scope);
  const { n: _n, ...spread } = spreadOf([delays], scope, analyses.k);
  const body = { late_effects: printed(late_effects, analyses.k), delay_ms: spread };
  return { population: scope.population, people: all.length, excluded: {}, body };
}
type Effects = { withdrawals: WithdrawalEffects[]; after: string | null };

/** Response times of requests, and those that are overdue. */
async function requests(asked: Asked): Promise<Made> {
  const { ports, context, period, analyses, now } = asked;
  const times: RequestTimes[] = [];
  for (const vault of everyVault(ports.vaults)) {
    let after: string | null = '';
    while (after !== null) {
      const page: Listed = need(await vault.run('request.list', { after, limit: 200 }, context));
      times.push(...page.items.map(timesOf).filter(({ received_at }) => isWithin(received_at, period)));
      after = page.after;
    }
  }
  const scope = { as_of: now, population: 'requests for rights that were received in the period' };
  const report = requestReport(times, scope);
  const body = {
    from_receipt_ms: spreadOf([report.from_receipt], scope, analyses.k),
    overdue_requests: printed(report.overdue_requests, analyses.k),
  };
  return { population: scope.population, people: times.length, excluded: {}, body };
}
type Listed = { items: { received_at: string; due_at: string; closed_at: string | null }[]; after: string | null };

const timesOf = (r: Listed['items'][number]): RequestTimes => ({
  received_at: Date.parse(r.received_at),
  verified_at: null,
  completed_at: r.closed_at === null ? null : Date.parse(r.closed_at),
  due_at: Date.parse(r.due_at),
});

export const PROOF_REPORTS: Readonly<Record<string, ReportKind>> = {
  withdrawals: { title: 'Effects after a withdrawal', make: withdrawals },
  requests: { title: 'Response times of requests', make: requests },
};
