import { afterEach, describe, expect, it, vi } from 'vitest';
import { type House, openHouse } from './house';

vi.setConfig({ testTimeout: 120_000 });

let house: House;
afterEach(() => house.close());

/** A visitor of the site with a subject token, and what they chose there. */
async function visit(choices: Record<string, string>, n = 0) {
  const site = await siteKey();
  const origin = { origin: 'https://shop.example', 'content-type': 'text/plain', authorization: '' };
  const token = await house.send<{ page_token: string }>('POST', `/v1/sites/${site}/page-token`, undefined, origin);
  const body = {
    site,
    visitor: `v_${String(n).padStart(22, 'A')}`,
    page_token: token.body.page_token,
    notice: { id: 'main', version: 1, language: 'en' },
    choices,
    method: 'custom',
  };
  const made = await house.send<{ person: string; subject_token: string }>('POST', '/v1/consents', body, origin);
  if (made.status !== 201) throw new Error(made.text);
  return { ...made.body, site, as: { authorization: `Bearer ${made.body.subject_token}` }, origin };
}

let site: string | undefined;
async function siteKey(): Promise<string> {
  if (site) return site;
  const purposes = ['newsletter', 'similar', 'profiling', 'statistics', 'survey'];
  const made = await house.send<{ key: string }>('POST', '/v1/sites', {
    name: 'Shop',
    origins: ['https://shop.example'],
    unit: 'shop',
    notice: 'main',
    languages: ['en'],
    purposes,
  });
  site = made.body.key;
  return site;
}
afterEach(() => {
  site = undefined;
});

const order = (person: string, number: string, products: string[]) =>
  house.send('POST', '/v1/orders', {
    subject: { type: 'person', id: person },
    unit: 'shop',
    number,
    at: new Date(house.clock.now()).toISOString(),
    currency: 'EUR',
    purpose: 'service',
    lines: products.map((product) => ({ product, quantity: 1, price: 1000 })),
  });

describe.each([1, 4])('the preference centre over %i vaults', (vaults) => {
  it('changes one cell with one click', async () => {
    house = await openHouse(vaults);
    const { as } = await visit({ newsletter: 'granted' });
    type View = { topics: { purpose: string; channels: Record<string, { allowed: boolean }> }[]; frequency: unknown[] };
    const cells = (v: View) =>
      v.topics.flatMap((t) => Object.entries(t.channels).map(([c, { allowed }]) => `${t.purpose}/${c}=${allowed}`));
    const before = await house.send<View>('GET', '/v1/preferences/me', undefined, as);
    expect(before.status, before.text).toBe(200);
    const change = { purpose: 'newsletter', channel: 'sms', choice: 'withdrawn' };
    const after = await house.send<View>('POST', '/v1/preferences/me', change, as);
    const changed = cells(after.body).filter((cell) => !cells(before.body).includes(cell));
    expect(changed).toEqual(['newsletter/sms=false']);
    expect(cells(before.body)).toContain('newsletter/sms=true');
    const bare = await house.send('POST', '/v1/preferences/me', { ...change, choice: 'granted' }, as);
    expect([bare.status, bare.text], 'a yes names what was shown').toEqual([
      422,
      expect.stringContaining('/body/notice'),
    ]);
    const shown = { id: 'main', version: 1, language: 'en' };
    const widened = await house.send<View>(
      'POST',
      '/v1/preferences/me',
      { ...change, choice: 'granted', notice: shown },
      as,
    );
    expect(cells(widened.body)).toEqual(cells(before.body));
  });

  it('keeps to how often the person wants to hear from us', async () => {
    house = await openHouse(vaults, [['pressure_rules', 'main', {}]]);
    const { as, person } = await visit({ newsletter: 'granted' });
    const ask = () =>
      house.send<{ reserved: string | null; pressure: { blocks: { rule: string }[] } }>('POST', '/v1/contacts', {
        subject: { type: 'person', id: person },
        purpose: 'newsletter',
        unit: 'shop',
        channel: 'email',
        sent: true,
      });
    expect((await ask()).body.reserved).not.toBeNull();
    await house.send('POST', '/v1/preferences/me/frequency', { channel: 'email', most: 1, days: 30 }, as);
    expect((await ask()).body).toMatchObject({ reserved: null, pressure: { blocks: [{ rule: 'own_wish' }] } });
    house.later(31);
    expect((await ask()).body.reserved).not.toBeNull();
  });
});

describe.each([1, 4])('recommendations over %i vaults', (vaults) => {
  type Items = { mode: string; items: { product: string; because: string }[] };
  const forPerson = async (person: string) =>
    (await house.send<Items>('GET', `/v1/recommendations?person=${person}&limit=3`)).body;

  it('come from consenting buyers alone, and from the page for everybody else', async () => {
    house = await openHouse(vaults);
    const people: string[] = [];
    for (let n = 0; n < 4; n++) people.push((await visit({ profiling: n < 3 ? 'granted' : 'refused' }, n)).person);
    for (const [n, person] of people.entries()) await order(person, `o${n}`, n === 0 ? ['doll'] : ['doll', 'cup']);
    const built = await house.send<{ buyers: number }>('POST', '/v1/recommendations/rebuild', {});
    expect(built.body.buyers).toBe(3);
    expect(await forPerson(people[0]!)).toMatchObject({
      mode: 'profile',
      items: [{ product: 'cup', because: 'you_bought' }, {}],
    });
    expect((await forPerson(people[3]!)).mode).toBe('contextual');
    const page = (await house.send<Items>('GET', '/v1/recommendations?product=doll&limit=3')).body;
    expect(page.items[0]).toEqual({ product: 'cup', because: 'bought_with_page', of: 'doll' });
    await house.send('POST', '/v1/consents', {
      subject: { type: 'person', id: people[1] },
      choices: { profiling: 'withdrawn' },
      method: 'api',
    });
    house.later(1);
    await house.server.tick();
    const after = (await house.send<Items>('GET', '/v1/recommendations?product=doll&limit=3')).body;
    expect(
      after.items.map(({ because }) => because),
      'one buyer of both is fewer than k',
    ).not.toContain('bought_with_page');
  });

  it('and offers use nothing of whoever has not allowed it', async () => {
    const shown = {
      title: { en: 'T' },
      text: { en: 'T' },
      unit: 'shop',
      from: '2026-01-01T00:00:00Z',
      until: '2027-01-01T00:00:00Z',
    };
    house = await openHouse(vaults, [
      ['offers', 'everybody', { ...shown }],
      ['offers', 'personal', { ...shown, purpose: 'profiling', priority: 5, most: 1 }],
    ]);
    type Answer = { offer: { id: string } | null; personal: boolean; mode: string };
    const ask = (v: Awaited<ReturnType<typeof visit>>) =>
      house.send<Answer>(
        'POST',
        `/v1/sites/${v.site}/offers`,
        { subject_token: v.subject_token, product: 'doll' },
        v.origin,
      );
    const yes = await visit({ profiling: 'granted' }, 1);
    const no = await visit({ profiling: 'refused' }, 2);
    expect((await ask(yes)).body).toMatchObject({ offer: { id: 'personal' }, personal: true });
    expect((await ask(yes)).body, 'shown once at most').toMatchObject({ offer: { id: 'everybody' }, personal: false });
    expect((await ask(no)).body).toMatchObject({ offer: { id: 'everybody' }, personal: false, mode: 'contextual' });
    expect((await house.send('POST', '/v1/offers/personal/accept', {}, yes.as)).status).toBe(200);
    expect((await house.send('POST', '/v1/offers/personal/accept', {}, no.as)).status).toBe(404);
    const subject = { type: 'person', id: no.person };
    const why = await house.send<{ others: { offer: string; reasons: string[] }[] }>('POST', '/v1/offers/explain', {
      subject,
      unit: 'shop',
    });
    expect(why.body.others).toEqual([{ offer: 'personal', reasons: ['not_permitted'] }]);
  });
});

describe('referral', () => {
  it('hands out a link, takes no address of a friend, and rewards once the friend has bought', async () => {
    house = await openHouse(4);
    const me = await visit({ newsletter: 'refused' }, 1);
    const friend = await visit({ newsletter: 'refused' }, 2);
    const bad = await house.send('POST', '/v1/referrals/friends/link', { to: 'friend@post.example' }, me.as);
    expect([bad.status, bad.text.includes('friend@post')]).toEqual([422, false]);
    const link = await house.send<{ code: string; url: string }>('POST', '/v1/referrals/friends/link', {}, me.as);
    expect(link.body.url).toContain(link.body.code);
    const again = await house.send<{ code: string }>('POST', '/v1/referrals/friends/link', {}, me.as);
    expect(again.body.code).toBe(link.body.code);
    const { code } = link.body;
    for (const who of [me, friend])
      await house.send('POST', `/v1/referrals/codes/${code}/join`, { opened_seconds: 60 }, who.as);
    const bought = await house.send('POST', `/v1/referrals/codes/${code}/purchases`, {
      subject: { type: 'person', id: friend.person },
      amount: 5000,
    });
    expect(bought.status).toBe(200);
    const outcomes = async () =>
      (
        await house.send<{ data: { outcomes: { state: string; reasons?: string[] }[] }[] }>(
          'GET',
          '/v1/referrals/me',
          undefined,
          me.as,
        )
      ).body.data[0]!.outcomes.map((o) => o.reasons?.join() ?? o.state).sort();
    expect(await outcomes()).toEqual(['self', 'waiting']);
    house.later(15);
    expect(await outcomes()).toEqual(['earned', 'self']);
  });
});

describe('surveys', () => {
  it('take answers under their own purpose alone, and forget them with it', async () => {
    house = await openHouse(1, [
      ['analyses', 'main', { profiling: 'profiling', statistics: 'statistics', currency: 'EUR', k: 2 }],
    ]);
    const people = [];
    for (let n = 0; n < 4; n++) people.push(await visit({ survey: n < 3 ? 'granted' : 'refused' }, n));
    const answers = [];
    for (const who of people)
      answers.push((await house.send('POST', '/v1/surveys/nps/answers', { score: 8 }, who.as)).status);
    expect(answers).toEqual([201, 201, 201, 403]);
    type Shown = { body: { satisfaction: { value: number; denominator: number } } };
    const report = async () =>
      (await house.send<Shown>('GET', '/v1/insight/reports/satisfaction?survey=nps')).body.body.satisfaction;
    house.later(1);
    expect(await report()).toMatchObject({ value: 8, denominator: 3 });
    await house.send('POST', '/v1/consents', {
      subject: { type: 'person', id: people[0]!.person },
      choices: { survey: 'withdrawn' },
      method: 'api',
    });
    expect(await report()).toMatchObject({ value: 8, denominator: 2 });
  });
});
