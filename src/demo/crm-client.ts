/** What the CRM asks before it does anything: `POST /v1/check` and `/v1/checks`. No answer is a no. */
import type { Customer, UnitKey } from './seed-types';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Check = {
  allowed: boolean;
  /** As the API says it, or `no_answer` when there was none. */
  reason: string;
  basis?: string | null;
  record?: string | null;
  notice_version?: number | string | null;
  rulebook?: string | null;
  valid_until?: string | null;
};

export type CrmClient = {
  /** All that the API says about one person and one purpose. */
  check(customer: Customer, purpose: string): Promise<Check>;
  /** Allowed and why, for many people and purposes at once: `result[ref][purpose]`. */
  checks(customers: readonly Customer[], purposes: readonly string[]): Promise<Record<string, Record<string, Check>>>;
};

const NO_ANSWER: Check = { allowed: false, reason: 'no_answer' };

/** `unit~number` as the unit that the person began with knows them. */
export function subjectOf({ numbers, home_unit }: Customer): { type: 'customer'; id: string } {
  const [unit, number] = (
    numbers[home_unit] ? [home_unit, numbers[home_unit]] : (Object.entries(numbers)[0] as [UnitKey, string])
  ) as [UnitKey, string];
  return { type: 'customer', id: `${unit}~${number}` };
}

function isCheck(answer: unknown): answer is Check {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    typeof (answer as Check).allowed === 'boolean' &&
    typeof (answer as Check).reason === 'string'
  );
}

/** Talks to the API with the secret key; throws nothing: a broken answer is as good as none, and none is a no. */
export function crmClient({ api, secretKey, fetch }: { api: string; secretKey: string; fetch: Fetch }): CrmClient {
  const ask = async (path: string, body: unknown): Promise<unknown> => {
    try {
      const answer = await fetch(`${api}${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${secretKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };
  return {
    async check(customer, purpose) {
      const answer = await ask('/v1/check', { subject: subjectOf(customer), purpose });
      return isCheck(answer) ? answer : NO_ANSWER;
    },
    async checks(customers, purposes) {
      const answer = await ask('/v1/checks', { subjects: customers.map(subjectOf), purposes });
      const results = (answer as { results?: Record<string, Record<string, unknown>> } | null)?.results ?? {};
      const rowOf = (customer: Customer) => {
        const row = results[`customer:${subjectOf(customer).id}`] ?? {};
        return Object.fromEntries(
          purposes.map((purpose) => [purpose, isCheck(row[purpose]) ? (row[purpose] as Check) : NO_ANSWER]),
        );
      };
      return Object.fromEntries(customers.map((customer) => [customer.ref, rowOf(customer)]));
    },
  };
}
