import * as z from 'zod';

/** Building blocks of request schemas. All objects are strict: an unknown member is an error. */
export const subject = z.strictObject({
  type: z.enum(['person', 'email', 'email_sha256', 'phone', 'customer', 'device', 'visitor', 'external']),
  id: z.string().min(1).max(512),
});

export const slug = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be small letters, digits and _');

/** A point in time: RFC 3339 with an offset. */
export const time = z.iso.datetime({ offset: true });

export const cursor = z.string().max(512).optional();
export const limit = z.coerce.number().int().min(1).max(200).default(50);
export const region = z
  .string()
  .regex(/^([A-Za-z]{2}(-[A-Za-z0-9]{1,3})?|EEA|unknown)$/, 'must be an ISO 3166 code such as DE or US-CA');

/** `per_…`, or `type:id` for customer, visitor and external. Never an address: paths end up in logs. */
export const personRef = z
  .string()
  .max(400)
  .regex(
    /^(per_[a-z]{2}[0-9a-f]{4}[0-9a-z]{20}|(customer|visitor|external):.+)$/,
    'must be per_… or customer:…, visitor:…, external:…',
  );

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  request_id: z.string().optional(),
  errors: z.unknown().optional(),
});
