import * as z from 'zod';
import { type Kind, type Rulebook, slug, texts } from '../consent';
import { isObject } from '../platform';

/** The four groups of what a company may want to know about a customer. */
export const GROUPS = ['demographics', 'interests', 'preferences', 'transactions'] as const;
export type FieldGroup = (typeof GROUPS)[number];

export const FIELD_TYPES = ['string', 'text', 'integer', 'number', 'boolean', 'date', 'string_list'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

const FORMATS = ['country', 'language', 'postal_code', 'url', 'time_of_day'] as const;
export type FieldFormat = (typeof FORMATS)[number];

/**
 * One attribute that may be stored. What isn't declared is refused.
 * `string` is a word out of a vocabulary (`values`) or a short value; `text` is free text and always sealed.
 */
export type Field = {
  key: string;
  version: number;
  name: Readonly<Record<string, string>>;
  group: FieldGroup;
  type: FieldType;
  /** Fideslang data category. */
  category: string;
  /** The purposes for which it may be stored, and no other. */
  purposes: readonly string[];
  /** Days after collection; then it is deleted. */
  retention_days: number;
  /** The unit that answers for it. */
  owner: string;
  /** GDPR Art. 9: stored only for a purpose with explicit consent or another condition of Art. 9(2). */
  special: boolean;
  /** Allowed words, for `string` and `string_list`. */
  values?: readonly string[];
  format?: FieldFormat;
  min?: number;
  max?: number;
  /** Characters of a string, or of each word of a list. */
  max_length?: number;
  /** Quality: a customer record without it counts as incomplete. */
  expected?: boolean;
  /** Days after which a value counts as stale (quality only). */
  stale_days?: number | null;
  /** Cents per person and year: data has a price. */
  annual_cost?: number;
  /** Is it computed about the person (scores)? Then no caller may write it, and an objection deletes it. */
  derived?: boolean;
  archived?: boolean;
};

const category = z
  .string()
  .regex(/^user(\.[a-z0-9_]+)*$/, 'must be a fideslang data category, such as user.demographic.age_range');

const field = z
  .strictObject({
    name: texts,
    group: z.enum(GROUPS),
    type: z.enum(FIELD_TYPES),
    category,
    purposes: z.array(slug).min(1, 'names at least one purpose: data without a purpose is not kept'),
    retention_days: z.int().min(1).max(36_500),
    owner: slug,
    special: z.boolean().default(false),
    values: z.array(z.string().min(1).max(200)).min(1).max(1000).optional(),
    format: z.enum(FORMATS).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    max_length: z.int().min(1).max(10_000).optional(),
    expected: z.boolean().optional(),
    stale_days: z.int().min(1).max(36_500).nullish(),
    annual_cost: z.int().min(0).optional(),
    derived: z.boolean().optional(),
    archived: z.boolean().optional(),
  })
  .superRefine((f, c) => {
    const wrong = (path: string, message: string) => c.addIssue({ code: 'custom', path: [path], message });
    const isWord = f.type === 'string' || f.type === 'string_list';
    if (f.values && !isWord) wrong('values', 'belongs to the types string and string_list');
    if (f.format && f.type !== 'string') wrong('format', 'belongs to the type string');
    if (f.max_length && !isWord && f.type !== 'text') wrong('max_length', 'belongs to strings and texts');
    if ((f.min !== undefined || f.max !== undefined) && f.type !== 'integer' && f.type !== 'number')
      wrong('min', 'min and max belong to numbers');
    if (f.min !== undefined && f.max !== undefined && f.min > f.max) wrong('max', 'lies below min');
  });

/** A need that products of several units answer: "a quiet evening", not "a book". */
export type Space = { key: string; name: Readonly<Record<string, string>>; archived?: boolean };

export type Product = {
  key: string;
  unit: string;
  name: Readonly<Record<string, string>>;
  kind?: string;
  /** Keys of market spaces: the needs that it answers. */
  spaces: readonly string[];
  /** Minor units of the currency, per piece. */
  price: number;
  cost: number;
  archived?: boolean;
};

const product = z.strictObject({
  unit: slug,
  name: texts,
  kind: z.string().min(1).max(64).optional(),
  spaces: z.array(slug).default([]),
  price: z.int().min(0),
  cost: z.int().min(0),
  archived: z.boolean().optional(),
});

const space = z.strictObject({ name: texts, archived: z.boolean().optional() });
const organisation = z.strictObject({ name: z.string().min(1).max(200), archived: z.boolean().optional() });

const part = (name: string, schema: z.ZodType): Kind => ({ name, schema: schema as Kind['schema'], part: true });

/** What an organisation declares about its store. */
export const peopleKinds: readonly Kind[] = [
  part('fields', field),
  part('products', product),
  part('spaces', space),
  part('organisations', organisation),
];

export type FieldBody = z.input<typeof field>;
export type ProductBody = z.input<typeof product>;

/** The schemas checked these entries when they were declared, so they are what they say. */
const partOf = <T extends { archived?: boolean }>(book: Pick<Rulebook, 'parts'>, name: string): Record<string, T> => {
  const found = book.parts[name];
  return isObject(found) ? (found as unknown as Record<string, T>) : {};
};

/** The declared attributes: key → field. */
export const fieldRegister = (book: Pick<Rulebook, 'parts'>): Readonly<Record<string, Field>> =>
  partOf<Field>(book, 'fields');

/** A field that may be used, or undefined. */
export function fieldOf(book: Pick<Rulebook, 'parts'>, key: string): Field | undefined {
  const register = fieldRegister(book);
  const found = Object.hasOwn(register, key) ? register[key] : undefined;
  return found?.archived ? undefined : found;
}

/** The declared products: key → product. */
export const productRegister = (book: Pick<Rulebook, 'parts'>): Readonly<Record<string, Product>> =>
  partOf<Product>(book, 'products');

/** The declared market spaces: key → space. */
export const spaceRegister = (book: Pick<Rulebook, 'parts'>): Readonly<Record<string, Space>> =>
  partOf<Space>(book, 'spaces');
