import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addsUp, verifyManifest } from '../../src/release/manifest';
import { openShop, type Shop } from './fixture';

const email = (name: string) => ({ type: 'email' as const, id: `${name}@customers.example` });
const marketing = {
  purpose: 'marketing_email',
  channel: 'email',
  format: 'ndjson',
  recipient: 'pigeonloft',
} as const;
const analytics = { purpose: 'analytics', format: 'ndjson', recipient: 'tallybrook' } as const;

describe.each([1, 4])('the gate out over %i vaults', (vaults) => {
  let shop: Shop;
  const person: Record<string, string> = {};
  const make = async (name: string, number: string, choices: object, attributes: object = {}) => {
    person[name] = await shop.put(number, {}, { identifiers: [email(name)] });
    if (Object.keys(choices).length > 0) await shop.grant(email(name), choices);
    await shop.put(number, { preferred_language: 'en', plan: 'pro', age_range: '30-49', ...attributes });
  };
  beforeAll(async () => {
    shop = await openShop(vaults);
    await make('ann', '1', { marketing_email: 'granted', analytics: 'granted' });
    await make('bob', '2', { marketing_email: 'refused', analytics: 'granted' });
    await make('cat', '3', { marketing_email: 'granted' });
    await make('dan', '4', {});
    await make('eve', '5', { marketing_email: 'granted', analytics: 'refused' });
    await shop.suppress(email('eve'));
  });
  afterAll(() => shop.close());

  it('leaves out of a marketing export whoever refused, was never asked or is suppressed, and the counts add up', async () => {
    const ordered = await shop.order(marketing);
    expect(ordered.status).toBe(202);
    const rows = await shop.rows(ordered.body.id);
    expect(rows.map((r) => r.email).sort()).toEqual(['ann@customers.example', 'cat@customers.example']);
    const { manifest } = await shop.manifest(ordered.body.id);
    expect(manifest.counts).toEqual({
      matched: 5,
      released: 2,
      excluded: { refused: 1, never_asked: 1, suppressed: 1 },
    });
    expect(addsUp(manifest.counts)).toBe(true);
  });

  it('has those who refused marketing in an analytics export, with only the columns declared for it', async () => {
    const ordered = await shop.order(analytics);
    const rows = await shop.rows(ordered.body.id);
    expect(rows.map((r) => r.person).sort()).toEqual([person.ann, person.bob].sort());
    expect(Object.keys(rows[0]!).sort()).toEqual(['age_range', 'lifetime_value', 'person', 'plan']);
    expect(rows.every((r) => r.plan === 'pro' && r.age_range === '30-49')).toBe(true);
    expect(ordered.body.dropped_columns).toContainEqual({ column: 'email', reason: 'undeclared_category' });
    expect(ordered.body.dropped_columns).toContainEqual({ column: 'note', reason: 'purpose_not_declared' });
  });

  it('signs a manifest over what was downloaded', async () => {
    const { body } = await shop.order({ ...marketing, format: 'csv' });
    const answer = await shop.raw(`/v1/exports/${body.id}/content`);
    const content = new Uint8Array(await answer.arrayBuffer());
    const { jws, manifest } = await shop.manifest(body.id);
    const jwks = (await (await shop.raw('/.well-known/jwks.json')).json()) as { keys: never[] };
    expect(verifyManifest(jws, jwks.keys)).toEqual(manifest);
    const [head, payload, tail] = jws.split('.');
    const forged = Buffer.from(JSON.stringify({ ...manifest, counts: {} })).toString('base64url');
    expect(verifyManifest(`${head}.${forged}.${tail}`, jwks.keys)).toBeUndefined();
    expect(verifyManifest(`${head}.${payload}.${tail}`, [])).toBeUndefined();
    expect(manifest.content).toEqual({
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: content.byteLength,
    });
    expect(manifest.release).toBe(answer.headers.get('avow-release'));
    expect(manifest).toMatchObject({ outcome: 'complete', columns: ['person', 'email', 'preferred_language'] });
  });

  it('decides again at the second download, which is a release of its own', async () => {
    const { body } = await shop.order(marketing);
    expect(await shop.rows(body.id)).toHaveLength(2);
    const before = (await shop.manifest(body.id)).manifest;
    await shop.grant(email('cat'), { marketing_email: 'withdrawn' });
    expect((await shop.rows(body.id)).map((r) => r.email)).toEqual(['ann@customers.example']);
    const after = (await shop.manifest(body.id)).manifest;
    expect(after.release).not.toBe(before.release);
    expect(after.counts.excluded.withdrawn).toBe(1);
    const { body: seen } = await shop.send<{ releases: { id: string }[] }>('GET', `/v1/exports/${body.id}`);
    expect(seen.releases.map((r) => r.id)).toEqual([before.release, after.release]);
    expect((await shop.manifest(body.id, before.release)).manifest).toEqual(before);
  });

  it('releases nobody to a recipient whom the purpose does not name', async () => {
    const { body } = await shop.order({ ...marketing, recipient: 'adlerwick' });
    expect(await shop.rows(body.id)).toEqual([]);
    const { counts } = (await shop.manifest(body.id)).manifest;
    expect(counts.excluded.recipient_not_named).toBeGreaterThan(0);
    expect(addsUp(counts)).toBe(true);
  });

  it('counts people of a list who are nobody or named twice', async () => {
    const people = [email('ann'), 'customer:shop~1', 'customer:shop~2', email('nobody')];
    const { body } = await shop.order({ ...marketing, people });
    expect((await shop.rows(body.id)).map((r) => r.person)).toEqual([person.ann]);
    const { counts } = (await shop.manifest(body.id)).manifest;
    expect(counts).toEqual({
      matched: 4,
      released: 1,
      excluded: { refused: 1, unknown_person: 1, duplicate: 1 },
    });
  });

  it('refuses columns that nobody has declared, purposes that are none, and channels that the purpose lacks', async () => {
    const wrong = await shop.order({ ...marketing, columns: ['email', 'shoe_size', 'iq'] });
    expect([wrong.status, (wrong.body as unknown as { code: string }).code]).toEqual([422, 'undeclared_attribute']);
    expect((await shop.order({ ...marketing, purpose: 'world_peace' })).status).toBe(422);
    expect((await shop.order({ ...marketing, channel: 'sms' })).status).toBe(422);
  });

  it('has no manifest before a download, and none of a stranger’s release', async () => {
    const { body } = await shop.order(marketing);
    expect((await shop.raw(`/v1/exports/${body.id}/manifest`)).status).toBe(409);
    expect((await shop.raw(`/v1/exports/${body.id}/manifest?release=rel_x`)).status).toBe(404);
    expect((await shop.raw('/v1/exports/exp_00000000000000000000/content')).status).toBe(404);
  });

  it('begins no release for HEAD', async () => {
    const { body } = await shop.order(marketing);
    const head = await shop.raw(`/v1/exports/${body.id}/content`, { method: 'HEAD' });
    expect(head.headers.get('content-type')).toBe('application/x-ndjson');
    const { body: seen } = await shop.send<{ releases: unknown[] }>('GET', `/v1/exports/${body.id}`);
    expect(seen.releases).toEqual([]);
  });

  it('signs a partial manifest when the reader goes away', async () => {
    const { body } = await shop.order(marketing);
    const answer = await shop.raw(`/v1/exports/${body.id}/content`);
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.cancel();
    const { manifest } = await shop.manifest(body.id);
    expect(manifest.outcome).toBe('partial');
    expect(addsUp(manifest.counts)).toBe(true);
  });
});
