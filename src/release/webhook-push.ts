import { createHmac } from 'node:crypto';
import { type Connector, type ConnectorOutcome, registryId, type Wire } from '../platform';
import type { WebhookBody } from './connector-kind';
import { patiently, type Waiting } from './crm-http';

const BATCH = 100;

/** Any system that takes signed messages (Standard Webhooks 1.0). It is told; nothing can be read from it. */
export function webhookPush(body: WebhookBody, waiting: Waiting, now: () => number): Connector {
  const tell = async (type: string, data: Wire): Promise<void> => {
    const text = JSON.stringify({ type, timestamp: new Date(now()).toISOString(), data });
    const headers = signed(body.secret, registryId('msg'), Math.floor(now() / 1000), text);
    const { status } = await patiently(waiting, { method: 'POST', url: body.url, headers, body: text });
    if (status < 200 || status > 299) throw new Error(`the receiver answered ${status}`);
  };
  const each = async (ids: readonly string[], type: string, data: Wire): Promise<ConnectorOutcome[]> => {
    const failed = await tell(type, data).then(
      () => undefined,
      (e: unknown) => (e instanceof Error ? e.message : String(e)),
    );
    return ids.map((id) =>
      failed === undefined ? { id, outcome: 'done' } : { id, outcome: 'failed', detail: failed },
    );
  };
  return {
    check: async () => {
      const [answer] = await each([''], 'connector.test', {});
      return [
        { name: 'the receiver takes a test message', ok: answer!.outcome === 'done', detail: answer!.detail ?? 'ok' },
      ];
    },
    pull: async () => ({ records: [], next: null }),
    read: async () => [],
    find: async () => [],
    describe: async () => [],
    restrict: (records) =>
      each(
        records.map((r) => r.record.id),
        'records.restrict',
        { records: records.map((r) => ({ person: r.record.id, purposes: [...r.purposes] })) },
      ),
    erase: (ids) => each(ids, 'records.erase', { records: ids.map((person) => ({ person })) }),
    push: async (rows) => {
      const outcomes: (ConnectorOutcome & { person: string })[] = [];
      for (let i = 0; i < rows.length; i += BATCH) {
        const batch = rows.slice(i, i + BATCH);
        const told = await each(
          batch.map((r) => r.person),
          'records.release',
          { records: batch.map((r) => ({ ...r.values, person: r.person })) },
        );
        outcomes.push(...told.map((o) => ({ ...o, person: o.id })));
      }
      return outcomes;
    },
  };
}

function signed(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${mac}`,
  };
}
