import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Handle, migrate, vaultMigrations } from '../../src/platform';
import { openSqlite } from '../../src/platform/sqlite-node';
import { type Facts, matches, traceOf } from '../../src/release/matches';
import { leavesOf, MAX_DEPTH, type Rule, ruleSchema, sentenceOf } from '../../src/release/rule';
import { compileRule, MAX_PARAMS, matchingIn } from '../../src/release/rule-store';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const DAY = 86_400_000;
const PURPOSE = 'analytics';

const words = ["o'brien", '";--', 'a', 'b', '1', 'ä', '😀', '\uffee', ''];
const fieldKeys = ['age', 'tags', 'city', 'member'];
const scalar = fc.oneof(fc.constantFrom(...words), fc.integer({ min: -3, max: 3 }), fc.boolean(), fc.constant(1.5));
const comparable = fc.oneof(fc.constantFrom(...words), fc.integer({ min: -3, max: 3 }), fc.constant(1.5));
const compare = fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte') as fc.Arbitrary<'eq'>;
const field = fc.constantFrom(...fieldKeys);
const scope = fc.record(
  {
    within_days: fc.constantFrom(1, 10, 400),
    unit: fc.constantFrom('shop', 'cafe'),
    channel: fc.constantFrom('web', 'till'),
  },
  { requiredKeys: [] },
);

const leaf = fc.oneof(
  fc.record({ field, is: fc.constantFrom('eq', 'ne'), value: scalar }),
  fc.record({ field, is: fc.constantFrom('lt', 'lte', 'gt', 'gte'), value: comparable }),
  fc.record({ field, is: fc.constantFrom('in', 'not_in'), value: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ field, is: fc.constantFrom('set', 'missing') }),
  fc
    .tuple(
      fc.record({
        orders: fc.constantFrom('count', 'days_since'),
        is: compare,
        value: fc.integer({ min: -1, max: 12 }),
      }),
      scope,
    )
    .map(([a, b]) => ({ ...a, ...b })),
  fc
    .tuple(
      fc.record({
        orders: fc.constantFrom('total', 'margin'),
        is: compare,
        value: fc.constantFrom(0, 100, 250),
        currency: fc.constantFrom('EUR', 'SEK'),
      }),
      scope,
    )
    .map(([a, b]) => ({ ...a, ...b })),
  fc
    .tuple(
      fc.record({
        interactions: fc.constantFrom('count', 'days_since'),
        is: compare,
        value: fc.integer({ min: 0, max: 12 }),
      }),
      scope,
    )
    .map(([a, b]) => ({ ...a, ...b })),
  fc.constant({ everyone: true as const }),
) as unknown as fc.Arbitrary<Rule>;

const rule: fc.Arbitrary<Rule> = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('rule') }),
  ),
})).rule;

const value = fc.oneof(scalar, fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }));
const event = fc.record({
  at: fc.constantFrom(0.5, 1, 5, 9, 10, 50, 500).map((d) => NOW - d * DAY),
  unit: fc.constantFrom('shop', 'cafe'),
  channel: fc.constantFrom('web', 'till'),
});
const facts = fc.record({
  values: fc.dictionary(field, value, { maxKeys: 4 }),
  orders: fc.array(
    fc
      .tuple(
        event,
        fc.record({
          currency: fc.constantFrom('EUR', 'SEK'),
          total: fc.constantFrom(100, 150),
          margin: fc.constantFrom(-5, 60),
        }),
      )
      .map(([a, b]) => ({ ...a, ...b })),
    { maxLength: 3 },
  ),
  interactions: fc.array(
    event.map((e) => ({ ...e, kind: 'visit' })),
    { maxLength: 3 },
  ),
}) as fc.Arbitrary<Required<Facts>>;

/** Writes facts into the real tables, with decoys that no rule may see: of another purpose, over, or returned. */
function store({ db }: Handle, person: string, f: Required<Facts>): void {
  db.write("insert into person (id, status, keyed, created_at, last_seen_at) values (?, 'active', 0, 0, 0)").run(
    person,
  );
  const attribute = db.write(
    `insert into attribute (person, field, purpose, unit, value, source, collected_at, written_at, expires_at) values (?, ?, ?, ?, ?, 's', 0, 0, ?)`,
  );
  for (const key of fieldKeys) {
    const known = f.values[key];
    if (known !== undefined) attribute.run(person, key, PURPOSE, '', JSON.stringify(known), NOW + 1);
    attribute.run(person, key, 'other', '', '"a"', NOW + 1);
    attribute.run(person, key, PURPOSE, 'elsewhere', '1', NOW + 1);
    if (known === undefined) attribute.run(person, key, PURPOSE, '', '"a"', NOW);
  }
  const sale = db.write(
    `insert into sale (id, person, unit, number, at, channel, currency, status, total, handling, margin, purpose, source, collected_at, expires_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 'essential', 's', 0, ?)`,
  );
  f.orders.forEach((o, i) => {
    sale.run(`${person}${i}`, person, o.unit, `${i}`, o.at, o.channel, o.currency, 'paid', o.total, o.margin, NOW + 1);
  });
  sale.run(`${person}x`, person, 'shop', 'x', NOW - DAY, 'web', 'EUR', 'returned', 9999, 9999, NOW + 1);
  sale.run(`${person}y`, person, 'shop', 'y', NOW - DAY, 'web', 'EUR', 'paid', 9999, 9999, NOW);
  const interaction = db.write(
    `insert into interaction (person, at, unit, channel, kind, purpose, source, collected_at, expires_at) values (?, ?, ?, ?, ?, 'essential', 's', 0, ?)`,
  );
  f.interactions.forEach((x) => {
    interaction.run(person, x.at, x.unit, x.channel, x.kind, NOW + 1);
  });
}

describe('a rule in SQL', () => {
  let handle: Handle;
  beforeAll(() => {
    handle = openSqlite(':memory:');
    migrate(handle, vaultMigrations, NOW);
  });
  afterAll(() => handle.close());
  let n = 0;

  const inSql = (r: Rule, f: Required<Facts>, sight: object = {}): boolean => {
    const person = `p${String(n++).padStart(6, '0')}`;
    store(handle, person, f);
    const compiled = compileRule(r, { purpose: PURPOSE, orders: true, interactions: true, now: NOW, ...sight });
    if (compiled.params.length > MAX_PARAMS) return matches(r, f, NOW);
    const found = matchingIn(handle.db, compiled, '', 'q');
    handle.db.write('delete from person where id = ?').run(person);
    return found.includes(person);
  };

  it('means the same as the reference, for every rule and every person', () => {
    fc.assert(
      fc.property(rule, facts, (r, f) => {
        expect(inSql(r, f)).toBe(matches(r, f, NOW));
      }),
      { numRuns: 1500 },
    );
  });

  it('is caught when it means something else (the comparison can fail)', () => {
    const r: Rule = { field: 'age', is: 'gte', value: 2 };
    const f = { values: { age: 2 }, orders: [], interactions: [] };
    expect(inSql(r, f)).toBe(true);
    expect(inSql({ ...r, is: 'gt' } as Rule, f)).not.toBe(matches(r, f, NOW));
  });

  it('carries nothing of a rule in its text', () => {
    fc.assert(
      fc.property(rule, (r) => {
        const { sql } = compileRule(r, { purpose: PURPOSE, orders: true, interactions: true, now: NOW });
        expect(sql).toMatch(/^[a-z0-9_().,=<>?*'\s+/-]+$/i);
        for (const word of ["o'brien", '";--', 'city', 'analytics', 'EUR', 'till']) expect(sql).not.toContain(word);
      }),
    );
  });

  it('knows nothing of orders and interactions where the purpose does not declare them', () => {
    const order = { at: NOW - DAY, unit: 'shop', channel: 'web', currency: 'EUR', total: 1, margin: 1 };
    const f: Required<Facts> = { values: {}, orders: [order], interactions: [] };
    const r: Rule = { orders: 'count', is: 'gte', value: 0 };
    expect(inSql(r, f)).toBe(true);
    expect(inSql(r, f, { orders: false })).toBe(false);
    expect(matches(r, { values: {} }, NOW)).toBe(false);
  });
});

describe('a rule', () => {
  const f: Facts = { values: { age: 40, tags: ['crime', 'poetry'] } };

  it.each<[Rule, boolean]>([
    [{ field: 'age', is: 'gte', value: 40 }, true],
    [{ field: 'age', is: 'eq', value: '40' }, false],
    [{ field: 'tags', is: 'eq', value: 'poetry' }, true],
    [{ field: 'tags', is: 'ne', value: 'poetry' }, false],
    [{ field: 'tags', is: 'not_in', value: ['war'] }, true],
    [{ field: 'city', is: 'ne', value: 'Kiel' }, false],
    [{ field: 'city', is: 'missing' }, true],
    [{ not: { field: 'city', is: 'eq', value: 'Kiel' } }, true],
  ])('%j', (r, holds) => {
    expect(matches(r, f, NOW)).toBe(holds);
  });

  it('explains itself without showing a value', () => {
    const r: Rule = { all: [{ field: 'age', is: 'gt', value: 50 }, { not: { field: 'city', is: 'set' } }] };
    expect(traceOf(r, f, NOW)).toEqual([
      { path: '/rule', asks: 'all of these', holds: false },
      { path: '/rule/all/0', asks: 'age is above 50', holds: false },
      { path: '/rule/all/1', asks: 'not this', holds: true },
      {
        path: '/rule/all/1/not',
        asks: 'city is known',
        holds: false,
        because: 'there is no value that may be used for this purpose',
      },
    ]);
    expect(JSON.stringify(traceOf(r, f, NOW))).not.toContain('40');
  });

  it('says in words what it counts', () => {
    const r = { orders: 'total', is: 'gte', value: 5000, currency: 'EUR', within_days: 365 } as const;
    expect(sentenceOf(r)).toBe('orders: total is at least 5000 (currency EUR, within_days 365)');
  });

  it.each([
    [{ field: 'age' }],
    [{ field: 'age', is: 'eq' }],
    [{ field: 'age', is: 'set', value: 1 }],
    [{ field: 'age', is: 'lt', value: true }],
    [{ field: 'age', is: 'in', value: 3 }],
    [{ field: 'age; drop table person', is: 'set' }],
    [{ field: 'age', is: 'like', value: '%' }],
    [{ all: [] }],
    [{ all: [{ everyone: true }], any: [{ everyone: true }] }],
    [{ orders: 'total', is: 'gt', value: 1 }],
    [{ orders: 'count', is: 'gt', value: 1, currency: 'EUR' }],
    [{ sql: '1=1' }],
  ])('is refused when it is %j', (r) => {
    expect(ruleSchema.safeParse(r).success).toBe(false);
  });

  it('is refused when it is too deep or too long, at once', () => {
    const deep = (levels: number): Rule => (levels === 0 ? { everyone: true } : { not: deep(levels - 1) });
    expect(ruleSchema.safeParse(deep(MAX_DEPTH - 1)).success).toBe(true);
    expect(ruleSchema.safeParse(deep(MAX_DEPTH)).success).toBe(false);
    expect(ruleSchema.safeParse(deep(5000)).success).toBe(false);
    const long = { all: Array.from({ length: 4 }, () => ({ any: Array(20).fill({ everyone: true }) as Rule[] })) };
    expect(leavesOf(long)).toHaveLength(80);
    expect(ruleSchema.safeParse(long).success).toBe(false);
  });

  it('passes the schema whenever it is well formed', () => {
    fc.assert(
      fc.property(leaf, (r) => {
        expect(ruleSchema.safeParse(r).success).toBe(true);
      }),
    );
  });
});
