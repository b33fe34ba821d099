import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { FeedRow } from './outbox';

/** Standard Webhooks: a secret is `whsec_` and 24–64 bytes in base64. */
export const webhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64');

/** A receiver of events, as the organisation declares it. */
export const webhookSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Topics such as `consent.withdrawn`; `*` is all. */
  topics: z.array(z.string().regex(/^(\*|[a-z]+(\.[a-z_*]+)*)$/)).min(1),
  secret: webhookSecret,
  enabled: z.boolean().default(true),
});
export type Webhook = z.infer<typeof webhookSchema> & { key: string };

/** The event as it leaves: topic, time, pseudonym, purposes, order. No other personal data. */
export type WebhookEvent = { type: string; timestamp: string; data: Record<string, unknown> };

/** One act becomes one event per new status, so that a receiver may subscribe to withdrawals only. */
export function eventsOf(row: FeedRow): WebhookEvent[] {
  const timestamp = new Date(row.at).toISOString();
  const body = JSON.parse(row.body) as Record<string, unknown>;
  if (row.topic !== 'consent.changed') return [{ type: row.topic, timestamp, data: body }];
  const byStatus = new Map<string, string[]>();
  for (const [purpose, status] of Object.entries(body.changes as Record<string, string>)) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), purpose]);
  }
  return [...byStatus].map(([status, purposes]) => ({
    type: `consent.${status}`,
    timestamp,
    data: { person: body.person, purposes, record: body.record, seq: body.seq },
  }));
}

export const wants = (hook: Pick<Webhook, 'topics'>, type: string): boolean =>
  hook.topics.some((t) => t === '*' || t === type || (t.endsWith('.*') && type.startsWith(t.slice(0, -1))));

/** Headers of an attempt (Standard Webhooks 1.0): the id stays over retries, the timestamp is the attempt's. */
export function signedHeaders(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${mac}`,
  };
}
