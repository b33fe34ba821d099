import { describe, expect, test } from 'vitest';
import { exportContent } from '../../src/audit/export';
import type { ExportFormat } from '../../src/audit/export-store';
import { asTester, type SmallVault, smallVault, whole } from './small-vault';

async function exported(at: SmallVault, format: ExportFormat, filter = {}) {
  const { stream, type } = await exportContent(at.ports, { format, filter }, asTester);
  return { type, text: new TextDecoder().decode(await whole(stream)) };
}

async function grown(): Promise<SmallVault> {
  const at = smallVault();
  await at.many(600, { person: 'per_a' });
  await at.act('=1+1', { person: 'per_b' });
  await at.act('a "quoted", text\nof two lines', { person: 'per_b' });
  return at;
}

describe('an export as NDJSON', () => {
  test('is the whole log in order, page after page', async () => {
    const at = await grown();
    const { type, text } = await exported(at, 'ndjson');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(type).toBe('application/x-ndjson');
    expect(lines.map((line) => line.seq)).toEqual(Array.from({ length: 602 }, (_, i) => i));
    expect(lines[601]).toMatchObject({
      log: 'registry',
      at: '2026-11-22T10:00:00.000Z',
      envelope: { person: 'per_b' },
    });
    at.close();
  });

  test('is exactly the view', async () => {
    const at = await grown();
    const { text } = await exported(at, 'ndjson', { person: 'per_b' });
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).seq),
    ).toEqual([600, 601]);
    expect((await exported(at, 'ndjson', { person: 'per_c' })).text).toBe('');
    expect((await exported(at, 'ndjson', { from: at.clock.now() + 1 })).text).toBe('');
    at.close();
  });
});

describe('an export as CSV', () => {
  test('has a head, CRLF, quoted quotes, and no cell that a spreadsheet would run', async () => {
    const at = smallVault();
    await at.home.run('test.act', { data: 'x', person: '=cmd()', purpose: '+1', site: '@x' } as never, asTester);
    await at.act('a "quoted", text');
    const { type, text } = await exported(at, 'csv');
    const [head, first, second] = text.split('\r\n');
    expect(type).toBe('text/csv; charset=utf-8');
    expect(head).toBe('log,seq,at,event,actor_type,actor_id,person,purpose,site,outcome,request,data,erased_by');
    expect(first).toContain("'=cmd()");
    expect(first).toContain("'+1");
    expect(first).toContain("'@x");
    expect(second).toContain('"{""text"":""a \\""quoted\\"", text""}"');
    at.close();
  });
});

describe('an export as OCSF', () => {
  test('has what the schema requires of every event, and of each class', async () => {
    const at = smallVault();
    await at.act('x', { person: 'per_a' });
    const home = at.home as unknown as { run(name: string, input: unknown, context: unknown): Promise<unknown> };
    await home.run('log.request_export', { view: { format: 'csv', filter: {} } }, asTester);
    const events = (await exported(at, 'ocsf')).text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const event of events) {
      expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
      expect(event).toMatchObject({
        time: at.clock.now(),
        severity_id: 1,
        category_uid: Math.floor(event.class_uid / 1000),
        metadata: { version: '1.6.0', product: { name: 'Avow', vendor_name: 'Avow' } },
        actor: { user: { uid: 'test' } },
      });
      if (event.class_uid === 3004) expect(event.entity).toBeDefined();
      else expect(event.src_endpoint).toBeDefined();
      if (event.class_uid === 6003) expect(event.api.operation).toBe(event.message);
    }
    expect(events.map((event) => event.metadata.uid)).toEqual(['registry/0', 'registry/1']);
    at.close();
  });
});
