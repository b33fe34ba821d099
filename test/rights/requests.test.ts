import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/platform';
import { type House, linkOf, openHouse } from './house';

let house: House;
afterEach(async () => {
  expect(house.errors).toEqual([]);
  await house.close();
});

describe.each([1, 4])('a request, with %i vaults', (vaults) => {
  it('is answered alike whoever exists, and mails only an address that was known before', async () => {
    house = await openHouse(vaults);
    await house.know('jane@customers.example');
    const known = await house.ask('access', 'jane@customers.example');
    const unknown = await house.ask('access', 'nobody@customers.example');
    const same = (a: typeof known) => ({ ...a.body, id: 'x' });
    expect(known.status).toBe(202);
    expect(same(known)).toEqual(same(unknown));
    expect(Object.keys(known.body)).toEqual(Object.keys(unknown.body));
    expect(known.body.id).toHaveLength(unknown.body.id.length);
    const names = (a: typeof known) => [...a.headers.keys()].sort();
    expect(names(known)).toEqual(names(unknown));
    expect(house.mails.map((m) => m.to)).toEqual(['jane@customers.example']);
  });

  it('for access gives the package once, after the link of the mail, whose page changes nothing', async () => {
    house = await openHouse(vaults);
    const person = await house.know('jane@customers.example');
    await house.know('other@customers.example');
    await house.ask('access', 'jane@customers.example', { message: 'all of it <b>please</b>' });
    const link = linkOf(house.mails[0]);
    expect(house.mails[0]!.text + house.mails[0]!.html).not.toContain('please');
    for (let i = 0; i < 2; i++) {
      const page = await house.send('GET', `${link.path}?token=${link.token}`);
      expect(page.status).toBe(200);
      expect(page.text).toContain(`action="${link.path}"`);
    }
    const confirmed = await house.send('POST', link.path, { token: link.token });
    expect(confirmed.body).toMatchObject({ id: link.id, state: 'fulfilled' });
    expect((await house.send('POST', link.path, { token: link.token })).status).toBe(403);
    await house.settle();
    const mailed = linkOf(house.mails[1]);
    expect(mailed.path).toBe(`/v1/requests/${link.id}/package`);
    expect(mailed.token).toBe(confirmed.body.package.token);

    const zip = await house.send('POST', mailed.path, { token: mailed.token });
    expect(zip.status).toBe(200);
    const files = unzipSync(zip.bytes);
    const text = (name: string) => new TextDecoder().decode(files[name]!);
    const manifest = JSON.parse(text('manifest.json')) as {
      subject_ref: string;
      files: { path: string; sha256: string }[];
    };
    expect(manifest.subject_ref).toBe(person);
    expect(manifest.files.map((f) => f.path).sort()).toEqual(
      Object.keys(files)
        .filter((f) => f !== 'manifest.json')
        .sort(),
    );
    for (const f of manifest.files) expect(f.sha256).toBe(sha256(files[f.path]!).toString('hex'));
    expect(text('data/contact_points.csv')).toContain('jane@customers.example');
    expect(text('data/consent_records.json')).toContain('Yes please');
    expect(text('data/requests.json')).toContain('all of it <b>please</b>');
    expect(text('index.html')).toContain('all of it &lt;b&gt;please&lt;/b&gt;');
    expect(Object.values(files).every((f) => !new TextDecoder().decode(f).includes('other@customers'))).toBe(true);
    expect((await house.send('POST', mailed.path, { token: mailed.token })).status).toBe(403);
  });

  it('for access gives nothing after its time', async () => {
    house = await openHouse(vaults);
    await house.know('jane@customers.example');
    await house.ask('access', 'jane@customers.example');
    const link = linkOf(house.mails[0]);
    const confirmed = await house.send('POST', link.path, { token: link.token });
    house.clock.advance(8 * 86_400_000);
    const late = await house.send('POST', `/v1/requests/${link.id}/package`, confirmed.body.package);
    expect(late.status).toBe(422);
    const { token } = confirmed.body.package;
    expect((await house.send('POST', `/v1/requests/${link.id}/package`, { token })).status).toBe(403);
  });

  it.each([
    ['withdrawal', 'newsletter', 'withdrawn'],
    ['objection', 'newsletter', 'objected'],
    ['opt_out', 'ads', 'objected'],
  ])('for %s takes effect at once and unverified', async (right, purpose, reason) => {
    house = await openHouse(vaults);
    await house.know('jane@customers.example');
    expect((await house.check('jane@customers.example', purpose)).body.allowed).toBe(true);
    const asked = await house.ask(right, 'jane@customers.example');
    expect((await house.check('jane@customers.example', purpose)).body).toMatchObject({ allowed: false, reason });
    expect((await house.officer('GET', `/v1/requests/${asked.body.id}`)).body.state).toBe('fulfilled');
  });

  it('to object for an address that is nobody’s keeps a later import from using it', async () => {
    house = await openHouse(vaults);
    const asked = await house.ask('objection', 'later@customers.example');
    expect((await house.officer('GET', `/v1/requests/${asked.body.id}`)).body.state).toBe('fulfilled');
    expect((await house.check('later@customers.example')).body.reason).toBe('suppressed');
  });

  it('is listed, shown and moved by staff, each step with its reason', async () => {
    house = await openHouse(vaults);
    await house.know('jane@customers.example');
    const { id } = (await house.ask('rectification', 'jane@customers.example', { region: 'SE', message: 'my name' }))
      .body;
    const path = `/v1/requests/${id}`;
    expect((await house.officer('POST', `${path}/approve`, {})).status).toBe(403);
    const link = linkOf(house.mails[0]);
    await house.send('POST', link.path, { token: link.token });
    const shown = await house.officer('GET', path);
    expect(shown.body).toMatchObject({ state: 'in_review', message: 'my name', due_at: '2026-03-02T23:59:59.999Z' });
    expect(shown.body.due_because).toContain('GDPR Art. 12(3)');
    const extended = await house.officer('POST', `${path}/extend`, { reason: 'complexity' });
    expect(extended.body).toMatchObject({ due_at: '2026-04-30T23:59:59.999Z', extension_reason: 'complexity' });
    expect((await house.officer('POST', `${path}/extend`, { reason: 'complexity' })).status).toBe(409);
    expect((await house.officer('POST', `${path}/pause`, { ground: 'clarification' })).status).toBe(409);
    expect((await house.officer('POST', `${path}/pause`, { ground: 'identity' })).body.state).toBe('awaiting_subject');
    house.clock.advance(3 * 86_400_000);
    expect((await house.officer('POST', `${path}/resume`, {})).body).toMatchObject({
      state: 'in_review',
      due_at: '2026-05-04T23:59:59.999Z',
    });
    await house.officer('POST', `${path}/approve`, {});
    const done = await house.officer('POST', `${path}/complete`, { message: 'Your name is right now.' });
    expect(done.body.state).toBe('fulfilled');
    await house.settle();
    expect(house.mails.map((m) => m.subject)).toEqual([
      'Please confirm your request',
      'We need more time for your request',
      'Your request was fulfilled',
    ]);
    expect(house.mails[2]!.text).toContain('Your name is right now.');
    const list = await house.officer('GET', '/v1/requests?state=fulfilled');
    expect(list.body.data.map((r: { id: string }) => r.id)).toEqual([id]);
  });

  it('is refused with its ground, and the person is told in words', async () => {
    house = await openHouse(vaults);
    await house.know('jane@customers.example');
    const { id } = (await house.ask('erasure', 'jane@customers.example')).body;
    const denied = await house.officer('POST', `/v1/requests/${id}/deny`, { ground: 'manifestly_excessive' });
    expect(denied.body).toMatchObject({ state: 'denied', ground: 'manifestly_excessive' });
    await house.settle();
    expect(house.mails[1]!.text).toContain('manifestly excessive');
    const link = linkOf(house.mails[0]);
    expect((await house.send('POST', link.path, { token: link.token })).status).toBe(403);
  });
});
