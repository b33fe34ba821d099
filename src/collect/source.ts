import * as z from 'zod';
import { type Kind, origin, type Rulebook, slug } from '../consent';
import { isObject } from '../platform';

/**
 * How one kind of event is read: for which purpose it is collected, what it says about a person, and which of its
 * properties are fields of ours. A property that isn't named here is dropped.
 */
export type EventRule = {
  purpose: string;
  /** Fideslang category of the event itself. */
  category: string;
  /** Property that holds the key of a product. */
  product?: string;
  /** Property (`plan`, or `context.page.path` style for the event's context) → key of a field. */
  properties: Readonly<Record<string, string>>;
};

/** Where events come from: an application with a tracking SDK and a write key of its own. */
export type Source = {
  key: string;
  /** Its name in every row that comes from it. */
  name: string;
  unit: string;
  channel: string;
  /** Browsers may send from these origins; none: only servers send. */
  origins: readonly string[];
  /** What `userId` is. */
  user_id: 'customer' | 'external' | 'email';
  /** Default country of phone numbers without a country code. */
  country?: string;
  events: Readonly<Record<string, EventRule>>;
  page?: EventRule;
  screen?: EventRule;
  /** Trait of `identify` → key of a field, or `@email`, `@phone` for a contact point. */
  traits: Readonly<Record<string, string>>;
  /** `group` becomes a membership in a declared organisation. */
  group?: { purpose: string; role: string };
  /** Consent category in the event → purposes. A category that isn't named here stands for the purpose of its own name. */
  consents: Readonly<Record<string, readonly string[]>>;
  /** May it report that a person has withdrawn? (Never that one has agreed.) */
  trusted: boolean;
  archived?: boolean;
};

const eventName = z.string().min(1).max(100);
const rule = z.strictObject({
  purpose: slug,
  category: z
    .string()
    .regex(/^user(\.[a-z0-9_]+)*$/, 'must be a fideslang data category')
    .default('user.behavior'),
  product: z.string().min(1).max(100).optional(),
  properties: z.record(z.string().min(1).max(200), slug).default({}),
});

const source = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be small letters, digits, _ and -'),
  unit: slug,
  channel: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/)
    .default('web'),
  origins: z.array(origin).default([]),
  user_id: z.enum(['customer', 'external', 'email']).default('external'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  events: z.record(eventName, rule).default({}),
  page: rule.optional(),
  screen: rule.optional(),
  traits: z
    .record(
      z.string().min(1).max(100),
      z.string().regex(/^(@email|@phone|[a-z][a-z0-9_]{0,62})$/, 'must be the key of a field, @email or @phone'),
    )
    .default({}),
  group: z.strictObject({ purpose: slug, role: slug.default('member') }).optional(),
  consents: z.record(z.string().min(1).max(100), z.array(slug)).default({}),
  trusted: z.boolean().default(false),
  archived: z.boolean().optional(),
});

export type SourceBody = z.input<typeof source>;

export const sourceKind: Kind = { name: 'sources', schema: source as unknown as Kind['schema'], part: true };

/** The source of a write key, or undefined. */
export function sourceOf(book: Pick<Rulebook, 'parts'>, key: string): Source | undefined {
  const all = book.parts.sources;
  if (!isObject(all) || !Object.hasOwn(all, key)) return undefined;
  const found = all[key] as unknown as Source;
  return found.archived ? undefined : found;
}

/** All sources, archived ones included. */
export function sourcesOf(book: Pick<Rulebook, 'parts'>): Source[] {
  const all = book.parts.sources;
  return isObject(all) ? Object.values(all as unknown as Record<string, Source>) : [];
}
