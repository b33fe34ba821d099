import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLookup, foldEmail, isJunk, normalise, type SubjectType } from '../../src/identity';
import { base64url, generateSecrets } from '../../src/platform';

const secrets = generateSecrets();
const lookup = createLookup(secrets);

describe('the spelling under which an identifier is looked up', () => {
  const table: [type: SubjectType, given: string, expected: string][] = [
    ['email', '  Jane.Doe@Customers.EXAMPLE ', 'jane.doe@customers.example'],
    ['email', 'jane@bücher.example', 'jane@xn--bcher-kva.example'],
    ['email', 'jane+news@customers.example', 'jane+news@customers.example'],
    ['phone', '+46 70 123 45 67', '+46701234567'],
    ['customer', 'Shop~1001', 'shop~1001'],
    ['visitor', 'v_AbCdEfGhIjKlMnOpQrStUv', 'v_AbCdEfGhIjKlMnOpQrStUv'],
    ['email_sha256', 'AB'.repeat(32), 'ab'.repeat(32)],
  ];
  it.each(table)('%s %j', (type, given, expected) => {
    expect(normalise(type, given)).toBe(expected);
    expect(normalise(type, normalise(type, given))).toBe(expected);
  });

  const wrong: [type: SubjectType, given: string][] = [
    ['email', 'jane'],
    ['email', '@customers.example'],
    ['email', 'jane@localhost'],
    ['email', 'jane@customers.example/path'],
    ['email', 'ja ne@customers.example'],
    ['email', `${'x'.repeat(250)}@customers.example`],
    ['phone', '070-123'],
    ['customer', '1001'],
    ['visitor', 'v_short'],
    ['email_sha256', 'xyz'],
    ['external', 'null'],
    ['device', '0000'],
    ['customer', ''],
  ];
  it.each(wrong)('%s %j can be nobody', (type, given) => {
    expect(() => lookup.ident({ type, id: given })).toThrow();
  });

  it('never joins strangers by a placeholder', () => {
    for (const id of ['', ' ', 'N/A', 'null', 'undefined', 'test@x.example', 'noreply@x.example', '000', 'xxx', '---'])
      expect([id, isJunk(id)]).toEqual([id, true]);
    expect(isJunk('jane@customers.example')).toBe(false);
  });
});

describe('look-up keys', () => {
  const email = { type: 'email', id: 'Jane@Customers.example' } as const;

  it('find an address also by the SHA-256 that others keep of it', () => {
    const sha = createHash('sha256').update('jane@customers.example').digest('hex');
    const [plain, hashed] = [lookup.ident(email), lookup.ident({ type: 'email_sha256', id: sha })];
    expect([hashed.hashes, hashed.bits, hashed.exact]).toEqual([plain.hashes, plain.bits, plain.exact]);
  });

  it('say nothing of what they stand for, and differ from installation to installation', () => {
    const text = JSON.stringify(lookup.ident(email));
    expect(text.toLowerCase()).not.toContain('jane');
    expect(createLookup(generateSecrets()).ident(email).hashes).not.toEqual(lookup.ident(email).hashes);
  });

  it('differ for the same text in another type', () => {
    const id = 'v_AbCdEfGhIjKlMnOpQrStUv';
    expect(lookup.ident({ type: 'visitor', id }).hashes).not.toEqual(lookup.ident({ type: 'device', id }).hashes);
  });

  it('after a rotation come current first, and the earlier ones still find', () => {
    const before = lookup.ident(email).hashes;
    const rotated = { current: 'k2', keys: { ...secrets.lookup.keys, k2: base64url(new Uint8Array(32).fill(9)) } };
    const after = createLookup({ ...secrets, lookup: rotated }).ident(email);
    expect(after.hashes).toHaveLength(2);
    expect(after.hashes[0]!.startsWith('k2.')).toBe(true);
    expect(after.hashes[1]).toBe(before[0]);
  });

  it('stay in the same vault whatever rotates but the partition key', () => {
    const rotated = { current: 'k2', keys: { k2: base64url(new Uint8Array(32).fill(9)) } };
    const moved = createLookup({
      ...secrets,
      lookup: rotated,
      suppression: rotated,
      own: base64url(new Uint8Array(32)),
    });
    expect(moved.ident(email).bits).toBe(lookup.ident(email).bits);
  });

  it('spread people evenly over the vaults', () => {
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 2000; i++) counts[lookup.ident({ type: 'customer', id: `shop~${i}` }).bits >> 14]!++;
    for (const n of counts) expect(Math.abs(n - 500)).toBeLessThan(120);
  });

  it('of every spelling that reaches the same mailbox fold to one suppression', () => {
    const folded = (id: string) => lookup.ident({ type: 'email', id }).folded;
    expect(folded('ja.ne+x@gmail.com')).toEqual(folded('JANE@googlemail.com'));
    expect(folded('jane+x@customers.example')).toEqual(folded('jane@customers.example'));
    expect(folded('ja.ne@customers.example')).not.toEqual(folded('jane@customers.example'));
  });

  it('folding twice is folding once', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const once = foldEmail(address.toLowerCase());
        expect(foldEmail(once)).toBe(once);
      }),
      { numRuns: 200 },
    );
  });
});
