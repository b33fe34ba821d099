import { afterEach, describe, expect, it } from 'vitest';
import { DAY } from '../../src/platform';
import { californiaTable, type ReportRow, reportOf } from '../../src/rights/report';
import { type House, linkOf, openHouse } from './house';

const at = Date.parse('2026-01-10T00:00:00Z');
const row = (more: Partial<ReportRow>): ReportRow => ({
  right: 'access',
  state: 'fulfilled',
  region: 'US-CA',
  received_at: at,
  closed_at: at + 3 * DAY,
  due_at: at + 45 * DAY,
  ground: null,
  ...more,
});

describe('a report', () => {
  it('counts days to the answer by nearest rank, and who was late', () => {
    const rows = [1, 2, 3, 4, 60].map((d) => row({ closed_at: at + d * DAY }));
    expect(reportOf(rows, at)).toMatchObject({
      received: 5,
      median_days: 3,
      p95_days: 60,
      mean_days: 14,
      on_time_share: 0.8,
    });
  });

  it('of nothing says nothing rather than zero days', () => {
    expect(reportOf([], at)).toMatchObject({ received: 0, median_days: null, on_time_share: null });
  });

  it('counts refusals by ground, and what is open and late', () => {
    const rows = [
      row({ state: 'denied', ground: 'not_held' }),
      row({ state: 'in_review', closed_at: null, due_at: at - DAY }),
      row({ state: 'expired' }),
    ];
    expect(reportOf(rows, at)).toMatchObject({ denied: 1, refusals: { not_held: 1 }, open: 1, overdue: 1, other: 1 });
  });

  it('for California keeps to Californians and hides no small number', () => {
    const rows = [
      row({}),
      row({ right: 'portability', state: 'denied', ground: 'other' }),
      row({ region: 'SE' }),
      row({ right: 'opt_out' }),
    ];
    expect(californiaTable(rows, at)).toMatchObject([
      { request: 'delete', received: 0 },
      { request: 'correct', received: 0 },
      { request: 'know', received: 2, complied_in_whole: 1, denied: 1 },
      { request: 'opt_out_of_sale_sharing', received: 1 },
      { request: 'limit', received: 0 },
    ]);
  });
});

describe.each([1, 4])('the report of a house with %i vaults', (vaults) => {
  let house: House;
  afterEach(() => house.close());

  it('adds up what every vault knows', async () => {
    house = await openHouse(vaults);
    const people = Array.from({ length: 6 }, (_, i) => `p${i}@customers.example`);
    for (const p of people) await house.know(p);
    for (const p of people) await house.ask('access', p, { region: 'US-CA' });
    house.clock.advance(2 * DAY);
    for (const mail of [...house.mails]) {
      const link = linkOf(mail);
      await house.send('POST', link.path, { token: link.token });
    }
    const report = await house.officer('GET', '/v1/reports/requests?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z');
    expect(report.body.rights).toMatchObject({
      all: { received: 6, fulfilled: 6, median_days: 2 },
      access: { received: 6 },
    });
    const table = await house.officer('GET', '/v1/reports/california?year=2026');
    expect(table.body.data).toContainEqual(
      expect.objectContaining({ request: 'know', received: 6, complied_in_whole: 6 }),
    );
    expect((await house.officer('GET', '/v1/reports/california?year=2025')).text).not.toContain('"received":6');
  });
});
