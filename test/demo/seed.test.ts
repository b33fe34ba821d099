import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { makeWorld, type PurposeKey, timeline, type World } from '../../src/demo/seed';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const world = makeWorld({ now: NOW, seed: 7 });

const refs = (rows: { ref: string }[]) => new Set(rows.map((row) => row.ref));
const count = <T>(rows: T[], test: (row: T) => boolean) => rows.filter(test).length;

/** Every time in the world, wherever it is nested. */
function times(value: unknown, key = ''): number[] {
  if (Array.isArray(value)) return value.flatMap((one) => times(one));
  if (value && typeof value === 'object') return Object.entries(value).flatMap(([name, one]) => times(one, name));
  return typeof value === 'number' && (key === 'at' || /^(registered|published|started)_at$/.test(key)) ? [value] : [];
}

/** Who allowed what at a moment, worked out from the acts alone and in another way than the generator does. */
function mayAt(from: World, customer: string, purpose: PurposeKey, at: number): boolean {
  const links = from.links.filter((link) => link.customer === customer && link.at <= at).map((link) => link.visitor);
  const last = from.acts
    .filter((act) => act.at <= at && (act.customer === customer || links.includes(act.visitor ?? '')))
    .filter((act) => act.choices[purpose] !== undefined)
    .pop();
  return last?.choices[purpose] === 'granted' && at - last.at < 180 * 86_400_000;
}

describe('the world repeats', () => {
  it('is the same to the last byte for the same seed and moment', () => {
    expect(JSON.stringify(makeWorld({ now: NOW, seed: 7 }))).toBe(JSON.stringify(world));
  });

  it('is another one for another seed', () => {
    const other = makeWorld({ now: NOW, seed: 8 });
    expect(other.customers[5]).not.toEqual(world.customers[5]);
    expect(other.orders.length).not.toBe(world.orders.length);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(world))).toEqual(world);
  });

  it('can be changed without changing the next one', () => {
    const first = makeWorld({ now: NOW, seed: 7, customers: 20 });
    first.purposes[0]!.name.en = 'changed';
    expect(makeWorld({ now: NOW, seed: 7, customers: 20 }).purposes[0]!.name.en).not.toBe('changed');
  });
});

describe('the year', () => {
  it('has nothing after now and nothing before it began', () => {
    const all = times(world);
    expect(all.length).toBeGreaterThan(8_000);
    expect(Math.max(...all)).toBeLessThanOrEqual(NOW);
    expect(Math.min(...all)).toBe(world.started_at);
  });

  it('lists everything in the order of time', () => {
    for (const rows of [
      world.acts,
      world.orders,
      world.interactions,
      world.attributes,
      world.loyalty,
      world.requests,
    ]) {
      expect(rows.every((row, index) => index === 0 || rows[index - 1]!.at <= row.at)).toBe(true);
    }
    const steps = timeline(world);
    expect(steps.every((step, index) => index === 0 || steps[index - 1]!.at <= step.at)).toBe(true);
  });

  it('replays each row once, and each cause before what it causes', () => {
    const steps = timeline(world);
    const rows = world.requests.reduce((sum, one) => sum + one.steps.length + 1, 0);
    const others = [world.notices, world.customers, world.acts, world.links, world.confirmations, world.attributes];
    const more = [world.orders, world.loyalty, world.interactions];
    expect(steps.length).toBe([...others, ...more].reduce((sum, list) => sum + list.length, rows));
    const born = new Map(world.customers.map((one) => [one.ref, one.registered_at]));
    for (const step of steps) {
      const customer = 'customer' in step.row ? step.row.customer : null;
      if (customer && step.kind !== 'customer') expect(step.at).toBeGreaterThanOrEqual(born.get(customer)!);
    }
  });

  it('has the numbers of a plausible small chain', () => {
    expect(world.customers.length).toBe(500);
    expect(world.units.length).toBe(3);
    expect(world.sites.length).toBe(2);
    expect(world.purposes.length).toBe(5);
    expect(world.orders.length).toBeGreaterThan(1_500);
    expect(world.interactions.length).toBeGreaterThan(800);
    expect(world.acts.length).toBeGreaterThan(500);
    const margin = world.orders.reduce((sum, order) => sum + order.margin, 0);
    const total = world.orders.reduce((sum, order) => sum + order.total, 0);
    expect(margin / total).toBeGreaterThan(0.15);
    expect(margin / total).toBeLessThan(0.45);
    expect(count(world.orders, (order) => order.margin < 0)).toBeGreaterThan(20);
  });

  it('sells more in December than in January', () => {
    const month = (number: number) => count(world.orders, (order) => new Date(order.at).getUTCMonth() === number);
    expect(month(11)).toBeGreaterThan(month(0));
  });
});

describe('references', () => {
  it('point at something that exists', () => {
    const customers = refs(world.customers);
    const orders = refs(world.orders);
    const acts = refs(world.acts);
    const products = new Set(world.products.map((product) => product.key));
    const spaces = new Set(world.spaces.map((space) => space.key));
    for (const order of world.orders) {
      expect(customers).toContain(order.customer);
      for (const line of order.lines) expect(products).toContain(line.product);
    }
    for (const row of [...world.interactions, ...world.attributes, ...world.requests, ...world.links]) {
      expect(customers).toContain(row.customer);
    }
    for (const one of world.confirmations) expect(acts).toContain(one.act);
    for (const stamp of world.loyalty) if (stamp.order) expect(orders).toContain(stamp.order);
    for (const product of world.products) for (const space of product.spaces) expect(spaces).toContain(space);
  });

  it('of purposes name declared recipients, services and sites', () => {
    const recipients = new Set(world.recipients.map((one) => one.key));
    const services = new Set(world.services.map((one) => one.key));
    for (const purpose of world.purposes) {
      for (const key of purpose.recipients) expect(recipients).toContain(key);
      for (const key of purpose.services) expect(services).toContain(key);
    }
    for (const site of world.sites) expect(world.notices.map((notice) => notice.notice)).toContain(site.notice);
  });

  it('of fields fit their purposes: every category is one that each purpose declares', () => {
    for (const field of world.fields) {
      for (const key of field.purposes) {
        const { categories } = world.purposes.find((purpose) => purpose.key === key)!;
        const covered = categories.some((one) => field.category === one || field.category.startsWith(`${one}.`));
        expect(covered, `${field.key} for ${key}`).toBe(true);
      }
    }
    expect(new Set(world.fields.map((field) => field.group)).size).toBe(4);
    expect(count(world.fields, (field) => field.special)).toBe(1);
  });

  it('of orders add up', () => {
    for (const order of world.orders) {
      expect(order.total).toBe(order.lines.reduce((sum, line) => sum + line.price * line.quantity, 0));
      const earned = order.status === 'returned' ? 0 : order.lines.reduce((sum, line) => sum + line.margin, 0);
      expect(order.margin).toBe(earned - order.handling);
    }
  });
});

describe('people', () => {
  it('have addresses, numbers, cards, visitors and telephones of their own', () => {
    const all = <T>(values: (T | null)[]) => values.filter((value) => value !== null);
    for (const values of [
      world.customers.map((one) => one.email),
      all(world.customers.map((one) => one.phone)),
      all(world.customers.map((one) => one.card)),
      all(world.customers.map((one) => one.visitor)),
      world.customers.flatMap((one) => Object.entries(one.numbers).map((pair) => pair.join('~'))),
    ]) {
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('have mailboxes that nobody can have, and telephone numbers that are valid', () => {
    for (const { email, phone } of world.customers) {
      expect(email).toMatch(/^[a-z]+\.[a-z]+\d*@example\.(com|org|net)$/);
      if (phone) expect(parsePhoneNumberFromString(phone)?.isValid(), phone).toBe(true);
    }
    expect(count(world.customers, (one) => one.phone !== null)).toBeGreaterThan(150);
  });

  it('have telephone numbers from ranges kept for fiction only', () => {
    const fiction =
      /^\+(1\d{3}55501\d\d|44(20794|11349|13149)60\d{3}|493023125\d{3}|494066969\d{3}|4917139200\d\d|49176040690\d\d|3319900\d{4}|46701740(60[5-9]|6[1-9]\d))$/;
    for (const { phone } of world.customers) if (phone) expect(phone).toMatch(fiction);
  });

  it('live in Europe, the United Kingdom and several states', () => {
    const regions = new Set(world.customers.map((one) => one.region));
    for (const region of ['DE', 'AT', 'GB', 'US-CA', 'US-NY', 'FR']) expect(regions).toContain(region);
  });

  it('are loyal or profitable, which isn’t the same', () => {
    const margin = (archetype: string) => {
      const people = new Set(world.customers.filter((one) => one.archetype === archetype).map((one) => one.ref));
      const orders = world.orders.filter((order) => people.has(order.customer));
      return {
        each: orders.reduce((sum, one) => sum + one.margin, 0) / people.size,
        often: orders.length / people.size,
      };
    };
    expect(margin('barnacle').often).toBeGreaterThan(margin('butterfly').often);
    expect(margin('barnacle').each).toBeLessThan(margin('butterfly').each);
    expect(margin('friend').each).toBeGreaterThan(margin('stranger').each);
  });

  it('include one who is known by name, was never asked, buys, and met two units', () => {
    const { known } = world;
    const person = world.customers.find((one) => one.ref === known.customer)!;
    expect(person.email).toBe(known.email);
    expect(person.numbers[known.unit]).toBe(known.number);
    expect(count(world.orders, (order) => order.customer === known.customer)).toBeGreaterThan(3);
    const met = world.interactions.filter((one) => one.customer === known.customer);
    expect(met.length).toBe(2);
    expect(new Set(met.map((one) => one.unit)).size).toBe(2);
    expect(person.visitor).toBeNull();
    for (const seed of [7, 1, 2, 3, 4, 5]) {
      const other = makeWorld({ now: NOW, seed, customers: 60 });
      expect(count(other.acts, (act) => act.customer === other.known.customer)).toBe(0);
    }
  });
});

describe('consent acts', () => {
  it('come in every way, and each names its one author', () => {
    const methods = new Set(world.acts.map((act) => act.method));
    for (const method of ['accept_all', 'reject_all', 'custom', 'gpc', 'staff', 'import'])
      expect(methods).toContain(method);
    for (const act of world.acts) expect((act.visitor === null) !== (act.customer === null)).toBe(true);
  });

  it('withdraw only what was granted before, and refuse only what wasn’t', () => {
    const held = new Map<string, string>();
    for (const act of world.acts) {
      for (const [purpose, choice] of Object.entries(act.choices)) {
        const key = `${act.visitor ?? act.customer} ${purpose}`;
        if (choice === 'withdrawn') expect(held.get(key), act.ref).toMatch(/granted|withdrawn/);
        if (choice === 'refused') expect(held.get(key) ?? 'refused', act.ref).toBe('refused');
        held.set(key, choice);
      }
    }
    expect(count(world.acts, (act) => Object.values(act.choices).includes('withdrawn'))).toBeGreaterThan(40);
  });

  it('show the version of the notice that stood then', () => {
    for (const act of world.acts) {
      const shown = world.notices.find(
        (notice) =>
          notice.notice === act.notice.id && notice.version === act.notice.version && notice.site === act.site,
      );
      const next = world.notices.find((one) => one.notice === act.notice.id && one.version === act.notice.version + 1);
      expect(shown!.published_at).toBeLessThanOrEqual(act.at);
      if (next) expect(next.published_at).toBeGreaterThan(act.at);
    }
    expect(new Set(world.acts.map((act) => `${act.notice.id} ${act.notice.version}`)).size).toBe(3);
  });

  it('that others report carry evidence when they grant', () => {
    const reported = world.acts.filter((act) => act.method === 'staff' || act.method === 'import');
    expect(reported.length).toBeGreaterThan(20);
    for (const act of reported) {
      expect(act.evidence?.wording.length).toBeGreaterThan(10);
      expect(Date.parse(act.evidence!.when)).toBeLessThanOrEqual(act.at);
    }
    expect(world.acts.filter((act) => act.visitor).every((act) => act.evidence === null)).toBe(true);
  });

  it('of a browser’s signal refuse sharing, and nothing of that device shares later', () => {
    const signalled = world.acts.filter((act) => act.signals.gpc);
    expect(signalled.length).toBeGreaterThan(10);
    for (const act of signalled) expect(act.choices.ads_sharing ?? 'refused').not.toBe('granted');
  });

  it('never come from a child', () => {
    const children = world.customers.filter((one) => one.birth_year !== null && 2026 - one.birth_year < 16);
    expect(children.length).toBeGreaterThan(0);
    const visitors = children.map((one) => one.visitor);
    expect(world.acts.some((act) => act.visitor && visitors.includes(act.visitor))).toBe(false);
  });
});

describe('what is stored about people', () => {
  it('lies under its purpose’s grant at that moment, or under a contract', () => {
    const asked = [...world.attributes, ...world.interactions].filter((row) => row.purpose !== 'essential');
    expect(asked.length).toBeGreaterThan(800);
    for (const row of asked) expect(mayAt(world, row.customer, row.purpose, row.at), JSON.stringify(row)).toBe(true);
  });

  it('is declared in the register, for the purpose that it is stored under', () => {
    const fields = new Map(world.fields.map((field) => [field.key, field]));
    for (const value of world.attributes) expect(fields.get(value.field)?.purposes).toContain(value.purpose);
  });

  it('has letters clicked only after the address was confirmed', () => {
    const clicks = world.interactions.filter((one) => one.kind === 'email_click');
    expect(clicks.length).toBeGreaterThan(50);
    for (const click of clicks) {
      const confirmed = world.confirmations.filter((one) => one.customer === click.customer && one.at <= click.at);
      expect(confirmed.length).toBeGreaterThan(0);
    }
  });
});

describe('requests', () => {
  const overdue = (one: World['requests'][number]) =>
    !/fulfilled|denied|withdrawn|expired|duplicate/.test(one.state) && (one.extended_to ?? one.due_at) < NOW;

  it('stand in many states: one overdue, one refused with a reason, one fulfilled in part', () => {
    expect(count(world.requests, overdue)).toBe(1);
    expect(count(world.requests, (one) => one.state === 'denied')).toBe(1);
    expect(count(world.requests, (one) => one.state === 'partially_fulfilled')).toBe(1);
    expect(count(world.requests, (one) => one.extended_to !== null)).toBe(1);
    expect(new Set(world.requests.map((one) => one.state)).size).toBeGreaterThanOrEqual(10);
    for (const one of world.requests.filter((row) => /denied|partially/.test(row.state))) {
      expect(one.steps[one.steps.length - 1]!.reason).toMatch(/^[A-Z]\w+$/);
    }
  });

  it('end in the state of their last step, and none lacks a story', () => {
    expect(world.requests.length).toBe(18);
    for (const one of world.requests) expect(one.state).toBe(one.steps[one.steps.length - 1]?.to ?? 'received');
  });

  it('for erasure, once fulfilled, end what we know', () => {
    const erased = world.requests.find((one) => one.right === 'erasure' && one.state === 'fulfilled')!;
    const end = erased.steps[erased.steps.length - 1]!.at;
    const { visitor } = world.customers.find((one) => one.ref === erased.customer)!;
    const later = [...world.orders, ...world.interactions, ...world.attributes, ...world.loyalty].filter(
      (row) => row.customer === erased.customer && row.at >= end,
    );
    expect(later).toEqual([]);
    expect(world.acts.filter((act) => act.visitor === visitor && act.at >= end && visitor !== null)).toEqual([]);
  });

  it('hold for other seeds too', () => {
    for (const seed of [1, 2, 3]) {
      const other = makeWorld({ now: NOW + seed * 86_400_000 * 40, seed });
      expect(other.requests.length).toBe(18);
      expect(Math.max(...times(other))).toBeLessThanOrEqual(other.now);
    }
  });
});

describe('texts', () => {
  it('are there in both languages, and differ', () => {
    for (const { name, text } of world.purposes) {
      expect(name.en).not.toBe(name.de);
      for (const one of [text.en, text.de]) expect(one.length).toBeGreaterThan(80);
    }
    for (const { text } of world.notices) {
      expect(text.de.length).toBeGreaterThan(300);
      expect(text.en).not.toBe(text.de);
    }
  });

  it('name no company or product that exists', () => {
    const text = JSON.stringify(world).toLowerCase();
    const real =
      /google|amazon|facebook|\bmeta\b|microsoft|starbucks|thalia|hugendubel|waterstones|barnes|mailchimp|hubspot|salesforce|matomo|hotjar|paypal|stripe|\bdhl\b|allianz|segment\.|criteo/;
    expect(text.match(real)).toBeNull();
  });

  it('use hosts only under names that are reserved', () => {
    const hosts = JSON.stringify(world).match(/https?:\/\/[^"/]+|@[\w.-]+\.\w+/g) ?? [];
    expect(hosts.length).toBeGreaterThan(500);
    for (const host of hosts) expect(host).toMatch(/[@/.](example|[\w-]+\.example|example\.(com|org|net))$/);
  });
});
