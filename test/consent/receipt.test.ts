import { generateKeyPairSync } from 'node:crypto';
import { compactVerify, createLocalJWKSet } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  CONTEXT,
  consentReceipt,
  consentRecord,
  type ProcessStatus,
  purposeTerm,
  type RecordInput,
} from '../../src/consent/dpv';
import { DATA_CATEGORIES } from '../../src/consent/fideslang';
import { policyFor, REGIONS } from '../../src/consent/policy';
import { publicJwk, type SigningKey, signReceipt, verifyReceipt } from '../../src/consent/receipt';
import vocabulary from '../vectors/dpv-terms.json';

const newKey = (kid: string): SigningKey => {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', kid, x: x!, d: d! };
};

type Process = RecordInput['processes'][number];
const process = (purpose: string, status: ProcessStatus, over: Partial<Process> = {}): Process => ({
  purpose,
  version: 3,
  name: `Name of ${purpose}`,
  text: `We use your data for ${purpose}.`,
  term: purposeTerm(purpose),
  basis: 'consent',
  status,
  at: '2026-11-22T10:00:00.000Z',
  valid_until: status === 'granted' ? '2027-05-22T10:00:00.000Z' : null,
  categories: ['user.contact.email', 'user.behavior'],
  recipients: [{ id: 'mailer', name: 'Mailer GmbH', role: 'processor', country: 'DE' }],
  services: [{ key: 'mailer', name: 'Mailer' }],
  storage_locations: ['DE', 'FR'],
  retention: 'P13M',
  ...over,
});

const input = (over: Partial<RecordInput> = {}): RecordInput => ({
  issuer: 'https://privacy.example',
  id: 'rec_01',
  person: 'per_01',
  recorded_at: '2026-11-22T10:00:00.000Z',
  method: 'custom',
  language: 'en',
  region: 'DE',
  gdpr: true,
  notice: { id: 'ntc_1', version: 7, hash: 'a'.repeat(64), url: 'https://privacy.example/notices/ntc_1/7' },
  controller: {
    id: 'shop',
    name: 'Shop SA',
    contact: 'privacy@shop.example',
    address: '1 rue A, Paris',
    country: 'FR',
  },
  withdraw_url: 'https://privacy.example/choices',
  rights_url: 'https://privacy.example/requests',
  authority: { name: 'CNIL', url: 'https://www.cnil.fr' },
  processes: [
    process('analytics', 'granted'),
    process('direct_marketing', 'granted'),
    process('functional', 'granted'),
    process('crm', 'granted'),
    process('marketing', 'refused'),
  ],
  ...over,
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const NAMESPACES = new Map(Object.entries(vocabulary.terms).map(([ns, terms]) => [ns, new Set(terms)]));
/** Terms of the vocabularies that DPV borrows, as far as we use them. */
const BORROWED = new Map([
  ['dct', 'conformsTo identifier created language hasVersion title description publisher'],
  ['schema', 'url sha256 endDate'],
  ['xsd', 'dateTime'],
]);

/** What is wrong with a reference: an unknown prefix, or a term that its vocabulary doesn't define. */
function faultOf(curie: string): string | null {
  if (/^https?:\/\//.test(curie)) return null;
  const [prefix = '', term = ''] = curie.split(':');
  const borrowed = BORROWED.get(prefix);
  if (borrowed) return borrowed.split(' ').includes(term) ? null : `not on our list: ${curie}`;
  const namespace = (CONTEXT as Record<string, string>)[prefix];
  return namespace && NAMESPACES.get(namespace)?.has(term) ? null : `undefined: ${curie}`;
}

/** Every reference that doesn't resolve, and every CURIE that was left as a plain string. */
function faults(node: Json, key = ''): string[] {
  if (typeof node === 'string') {
    const reference = key === '@id' || key === '@type';
    if (reference) return [faultOf(node)].filter((f) => f !== null);
    const looks = Object.keys(CONTEXT).some((prefix) => node.startsWith(`${prefix}:`));
    return looks ? [`a string, not a reference: ${node}`] : [];
  }
  if (Array.isArray(node)) return node.flatMap((item) => faults(item, key));
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([name, value]) => {
    if (name === '@context') return [];
    const own = name.startsWith('@') ? null : faultOf(name);
    return [...(own ? [own] : []), ...faults(value, name)];
  });
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
type Loose = { [key: string]: Json };
const record = (over: Partial<RecordInput> = {}) => asJson(consentRecord(input(over))) as Loose;
const processesOf = (over: Partial<RecordInput> = {}) => record(over)['dpv:hasProcess'] as Loose[];

describe('a consent record', () => {
  it('uses only terms that DPV 2.3 defines, in every status, basis, region, method and category', () => {
    const statuses: ProcessStatus[] = [
      'granted',
      'refused',
      'withdrawn',
      'requested',
      'expired',
      'invalidated',
      'revoked',
      'never_asked',
    ];
    const bases = [
      'consent',
      'contract',
      'legal_obligation',
      'vital_interests',
      'public_interest',
      'legitimate_interests',
    ] as const;
    const kinds = [
      'necessary',
      'security',
      'functional',
      'appearance',
      'analytics',
      'marketing',
      'advertising',
      'direct_marketing',
      'sale',
      'crm',
      'fraud',
      'research',
      'recommendations',
      'something else',
    ];
    const processes = [
      ...statuses.flatMap((status) => bases.map((basis) => process('crm', status, { basis }))),
      ...kinds.map((kind) => process(kind, 'granted')),
      process('crm', 'granted', { categories: DATA_CATEGORIES }),
      process('crm', 'granted', {
        recipients: [
          { id: 'x', name: 'X', role: 'third_party' },
          { id: 'y', name: 'Y', role: 'controller' },
        ],
      }),
    ];
    for (const gdpr of [true, false]) {
      const guardian = {
        id: 'per_02',
        relation: gdpr ? ('parent' as const) : ('guardian' as const),
        verified_by: 'card check',
      };
      expect(faults(record({ processes, gdpr, guardian }))).toEqual([]);
      expect(
        faults(asJson(consentReceipt(input({ gdpr }), { id: 'rcp_1', created_at: '2026-11-22T10:00:01.000Z' }))),
      ).toEqual([]);
    }
    for (const { code } of REGIONS) expect(faults(record({ region: code })), code).toEqual([]);
  });

  it('would be caught with a term that does not exist, or a reference left as a string', () => {
    expect(faults({ '@type': 'dpv:Analytics' })).toEqual(['undefined: dpv:Analytics']);
    expect(faults({ 'dpv:hasConsentState': 'x' })).toEqual(['undefined: dpv:hasConsentState']);
    expect(faults({ 'dpv:hasPurpose': 'dpv:Marketing' })).toEqual(['a string, not a reference: dpv:Marketing']);
    expect(faults({ 'dpv:hasPurpose': { '@id': 'loc:ZZ' } })).toEqual(['undefined: loc:ZZ']);
  });

  it('holds four grants and one refusal as five processes, each with one status of its own', () => {
    const statuses = processesOf().map((p) => (p['dpv:hasConsentStatus'] as Loose)['@id']);
    expect(statuses).toEqual([...Array(4).fill('dpv:ConsentGiven'), 'dpv:ConsentRefused']);
    expect(new Set(processesOf().map((p) => p['@id'])).size).toBe(5);
  });

  it('gives a process a consent status exactly if it rests on consent and has no process below it', () => {
    for (const p of processesOf({
      processes: [
        process('crm', 'refused', { basis: 'legitimate_interests' }),
        process('crm', 'granted', { basis: 'legitimate_interests' }),
        process('analytics', 'refused'),
      ],
    })) {
      expect(p['dpv:hasProcess']).toBeUndefined();
      expect(['dpv:hasConsentStatus', 'dpv:hasStatus'].filter((key) => key in p)).toHaveLength(1);
    }
    const [objected, stands] = processesOf({
      processes: [
        process('crm', 'refused', { basis: 'legitimate_interests' }),
        process('crm', 'granted', { basis: 'legitimate_interests' }),
      ],
    });
    expect(objected!['dpv:hasStatus']).toEqual({ '@id': 'dpv:LegitimateInterestObjected' });
    expect(stands!['dpv:hasStatus']).toEqual({ '@id': 'dpv:LegitimateInterestNotObjected' });
  });

  it('carries what 27560 makes mandatory', () => {
    const r = record();
    for (const key of [
      'dct:conformsTo',
      'dct:identifier',
      'dpv:hasDataSubject',
      'dpv:hasNotice',
      'dct:language',
      'dpv:hasDataController',
      'dpv:hasJurisdiction',
      'dpv:hasConsentControl',
    ]) {
      expect(r[key], key).toBeDefined();
    }
    for (const p of r['dpv:hasProcess'] as Loose[]) {
      for (const key of [
        'dpv:hasPurpose',
        'dpv:hasLegalBasis',
        'dpv:hasPersonalData',
        'dpv:hasRecipient',
        'dpv:hasStorageCondition',
      ]) {
        expect(p[key], key).toBeDefined();
      }
      const event = p['dpv:hasLegalBasis'] as Loose;
      for (const key of ['dpv:isIndicatedAtTime', 'dpv:isIndicatedBy', 'dpv:hasIndicationMethod', 'dpv:hasDuration']) {
        expect(event[key], key).toBeDefined();
      }
    }
    expect(r['dct:conformsTo']).toEqual({ '@id': 'https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr' });
    expect((r['dpv:hasNotice'] as Loose)['schema:sha256']).toBe('a'.repeat(64));
  });

  it('calls consent explicit where a special category is used, and expressed elsewhere', () => {
    const types = processesOf({
      processes: [
        process('research', 'granted', { categories: ['user.health.condition'] }),
        process('research', 'granted', { special: true }),
        process('analytics', 'granted'),
      ],
    }).map((p) => ((p['dpv:hasLegalBasis'] as Loose)['@type'] as string[])[0]);
    expect(types).toEqual(['dpv:ExplicitlyExpressedConsent', 'dpv:ExplicitlyExpressedConsent', 'dpv:ExpressedConsent']);
  });

  it('names the guardian as a party of their own who indicated the choice', () => {
    const r = record({ guardian: { id: 'per_02', relation: 'parent', verified_by: 'card check' } });
    const [p] = r['dpv:hasProcess'] as Loose[];
    expect((r['dpv:hasDataSubject'] as Loose)['@type']).toContain('dpv:Child');
    expect((p!['dpv:hasLegalBasis'] as Loose)['dpv:isIndicatedBy']).toEqual({
      '@id': 'https://privacy.example/subjects/per_02',
    });
  });

  it('lists the controller among the recipients, once', () => {
    const both = [{ id: 'shop', name: 'Shop SA', role: 'controller' as const }];
    const names = (list: Process['recipients']) =>
      (
        processesOf({ processes: [process('crm', 'granted', { recipients: list })] })[0]!['dpv:hasRecipient'] as Loose[]
      ).map((r) => r['dpv:hasIdentifier']);
    expect(names(both)).toEqual(['shop']);
    expect(names([])).toEqual(['shop']);
  });

  it('speaks of GDPR only where it applies, and of the controller’s country where the region is unknown', () => {
    const american = record({ region: 'US-CA', gdpr: policyFor('US-CA').gdpr });
    expect(JSON.stringify(american)).not.toContain('eu-gdpr:');
    expect(american['dct:conformsTo']).toEqual({ '@id': 'https://w3id.org/dpv/schema/dpv-27560#record' });
    expect(american['dpv:hasJurisdiction']).toEqual({ '@id': 'loc:US-CA' });
    expect(record({ region: 'unknown' })['dpv:hasJurisdiction']).toEqual({ '@id': 'loc:FR' });
  });
});

describe('a receipt', () => {
  const key = newKey('2026-1');
  const receipt = consentReceipt(input(), { id: 'rcp_1', created_at: '2026-11-22T10:00:01.000Z' });
  const jws = signReceipt(receipt, key);

  it('wraps the whole record', () => {
    expect(receipt['@type']).toEqual(['dpv:ConsentReceipt']);
    const inner = asJson(receipt['dpv:hasRecordOfActivity']) as Loose;
    expect(inner['dpv:hasProcess']).toHaveLength(5);
    expect(inner['@context']).toBeUndefined();
  });

  it('is verified by jose with the published keys', async () => {
    const jwks = createLocalJWKSet({ keys: [publicJwk(newKey('other')), publicJwk(key)] });
    const { payload, protectedHeader } = await compactVerify(jws, jwks);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: '2026-1', typ: 'consent-receipt+jws', cty: 'ld+json' });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(asJson(receipt));
  });

  it('is refused by jose once a byte of it has changed', async () => {
    const [head, body, tail] = jws.split('.');
    const forged = Buffer.from(body!, 'base64url').toString().replace('ConsentRefused', 'ConsentGiven');
    const other = `${head}.${Buffer.from(forged).toString('base64url')}.${tail}`;
    await expect(compactVerify(other, createLocalJWKSet({ keys: [publicJwk(key)] }))).rejects.toThrow('signature');
    expect(verifyReceipt(other, [publicJwk(key)])).toEqual({ ok: false, error: 'bad_signature' });
  });

  it('is the same bytes each time it is signed', () => {
    expect(signReceipt(receipt, key)).toBe(jws);
    expect(signReceipt(asJson(receipt) as never, { ...key })).toBe(jws);
  });

  it('verifies with ours, by an old key too, and gives its content back', () => {
    const verified = verifyReceipt(jws, [publicJwk(newKey('2027-1')), publicJwk(key)]);
    expect(verified).toEqual({ ok: true, kid: '2026-1', receipt: asJson(receipt) });
  });

  it('publishes no private half', () => {
    expect(JSON.stringify(publicJwk(key))).not.toContain(key.d);
    expect(Object.keys(publicJwk(key)).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  const [head = '', body = '', tail = ''] = jws.split('.');
  const header = (over: object) =>
    Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'consent-receipt+jws', kid: '2026-1', ...over })).toString(
      'base64url',
    );
  it.each([
    ['nothing', '', 'malformed'],
    ['two parts', `${head}.${body}`, 'malformed'],
    ['four parts', `${jws}.x`, 'malformed'],
    ['a part that is no JSON', `${head}.bm8.${tail}`, 'malformed'],
    ['a short signature', `${head}.${body}.${tail.slice(4)}`, 'malformed'],
    ['a signature with padding', `${head}.${body}.${tail}==`, 'malformed'],
    ['no algorithm', `${header({ alg: 'none' })}.${body}.${tail}`, 'wrong_algorithm'],
    ['a symmetric algorithm', `${header({ alg: 'HS256' })}.${body}.${tail}`, 'wrong_algorithm'],
    ['a critical extension', `${header({ crit: ['b64'], b64: false })}.${body}.${tail}`, 'wrong_algorithm'],
    ['another kind of token', `${header({ typ: 'JWT' })}.${body}.${tail}`, 'wrong_algorithm'],
    ['a key of somebody else', `${header({ kid: 'theirs' })}.${body}.${tail}`, 'unknown_key'],
    ['a rewritten header', `${header({ x: 1 })}.${body}.${tail}`, 'bad_signature'],
  ])('is refused with %s', (_, forged, error) => {
    expect(verifyReceipt(forged, [publicJwk(key)])).toEqual({ ok: false, error });
  });

  it('is refused with another key under the same id', () => {
    expect(verifyReceipt(jws, [publicJwk(newKey('2026-1'))])).toEqual({ ok: false, error: 'bad_signature' });
  });
});
