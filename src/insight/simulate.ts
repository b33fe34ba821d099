import type { BgNbd } from './bgnbd';
import type { GammaGamma } from './gamma-gamma';
import type { Purchase } from './history';
import type { Random } from './numeric/random';
import { DAY, WEEK } from './period';

export type Simulation = {
  purchases: BgNbd;
  spend: GammaGamma;
  customers: number;
  /** Customers arrive evenly over these weeks from `from` on. */
  arrival: number;
  /** Weeks from `from` to the end. */
  weeks: number;
  from: number;
  random: Random;
};

/** Purchases of customers who behave exactly as the two models say: to test a fit, and to fill a demonstration. */
export function simulate(of: Simulation): Purchase[] {
  const end = of.from + of.weeks * WEEK;
  const purchases: Purchase[] = [];
  for (let i = 0; i < of.customers; i++) {
    const customer = `c${i + 1}`;
    const first = of.from + Math.floor(of.random.uniform() * of.arrival * 7) * DAY;
    const spendRate = of.random.gamma(of.spend.q, of.spend.v);
    for (const at of visits(of, first, end)) {
      purchases.push({ customer, at, spend: of.random.gamma(of.spend.p, spendRate) });
    }
  }
  return purchases;
}

/** The first purchase, and each next until the customer drops out or time ends. */
function visits({ purchases: { r, alpha, a, b }, random }: Simulation, first: number, end: number): number[] {
  const rate = random.gamma(r, alpha);
  const dropout = random.beta(a, b);
  const result = [first];
  for (let at = first + random.exponential(rate) * WEEK; at < end; at += random.exponential(rate) * WEEK) {
    result.push(at);
    if (random.uniform() < dropout) break;
  }
  return result;
}
