import type { Rulebook } from '../consent';
import { checkValue, fieldOf, productRegister } from '../people';
import { isObject, type Wire, type WireObject } from '../platform';
import type { Incoming } from './event';
import { eventConsent } from './narrow';
import type { EventRule, Source } from './source';

/** An event as it may be stored, if the person allows. */
export type Mapped = {
  kind: string;
  purpose: string;
  category: string;
  product: string | null;
  /** Valid values of declared fields. */
  detail: { [field: string]: Wire } | null;
};

export type Mapping = { ok: true; event: Mapped } | { ok: false; purpose: string; reason: string };

const drop = (reason: string, purpose = ''): Mapping => ({ ok: false, purpose, reason });

function ruleOf(event: Incoming, source: Source): { rule: EventRule; kind: string } | undefined {
  if (event.type === 'page') return source.page && { rule: source.page, kind: 'page_view' };
  if (event.type === 'screen') return source.screen && { rule: source.screen, kind: 'screen_view' };
  const known = event.type === 'track' && Object.hasOwn(source.events, event.event);
  return known ? { rule: source.events[event.event]!, kind: event.event } : undefined;
}

/**
 * What the source's map makes of an event: unmapped events and properties are dropped, values that aren't valid for their
 * field too, and the event as a whole if the consent inside it says no to its purpose.
 */
export function mapEvent(book: Rulebook, source: Source, event: Incoming): Mapping {
  const found = ruleOf(event, source);
  if (!found) return drop('unmapped');
  const { rule, kind } = found;
  const purpose = Object.hasOwn(book.purposes, rule.purpose) ? book.purposes[rule.purpose] : undefined;
  if (!purpose) return drop('unknown_purpose', rule.purpose);
  if (!eventConsent(event.context, source)(purpose)) return drop('event_consent', rule.purpose);
  const product = rule.product ? event.properties[rule.product] : undefined;
  const isKnown = typeof product === 'string' && Object.hasOwn(productRegister(book), product);
  return {
    ok: true,
    event: {
      kind,
      purpose: rule.purpose,
      category: rule.category,
      product: isKnown ? product : null,
      detail: detailOf(book, rule, event),
    },
  };
}

function detailOf(book: Rulebook, rule: EventRule, event: Incoming): Mapped['detail'] {
  const detail: { [field: string]: Wire } = {};
  for (const [property, key] of Object.entries(rule.properties)) {
    const value = valueAt(event, property);
    const field = fieldOf(book, key);
    if (value === undefined || value === null || !field || field.derived) continue;
    const checked = checkValue(field, value);
    if (checked.ok) detail[key] = checked.value;
  }
  return Object.keys(detail).length > 0 ? detail : null;
}

/** `plan` out of the properties, `context.page.path` out of the context. */
function valueAt(event: Pick<Incoming, 'properties' | 'context'>, path: string): Wire | undefined {
  const steps = path.split('.');
  const inContext = steps[0] === 'context' && steps.length > 1;
  let at: Wire | undefined = inContext ? event.context : event.properties;
  if (!inContext && Object.hasOwn(event.properties, path)) return event.properties[path];
  for (const step of inContext ? steps.slice(1) : steps) {
    if (!isObject(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}

/** What `identify` says: values of fields for the purposes that the event doesn't say no to, and contact points. */
export type MappedTraits = {
  attributes: { field: string; value: Wire; purposes: string[] }[];
  contacts: { type: 'email' | 'phone'; id: string }[];
  drops: { purpose: string; reason: string }[];
};

export function mapTraits(book: Rulebook, source: Source, event: Pick<Incoming, 'traits' | 'context'>): MappedTraits {
  const out: MappedTraits = { attributes: [], contacts: [], drops: [] };
  const allows = eventConsent(event.context, source);
  for (const [trait, value] of Object.entries(event.traits as WireObject)) {
    const target = Object.hasOwn(source.traits, trait) ? source.traits[trait]! : undefined;
    if (value === undefined || value === null) continue;
    if (target === '@email' || target === '@phone') {
      if (typeof value === 'string') out.contacts.push({ type: target === '@email' ? 'email' : 'phone', id: value });
      continue;
    }
    const field = target === undefined ? undefined : fieldOf(book, target);
    if (!field || field.derived) {
      out.drops.push({ purpose: '', reason: 'unmapped' });
      continue;
    }
    const purposes = field.purposes.filter((p) => book.purposes[p] && allows(book.purposes[p]!));
    if (purposes.length > 0) out.attributes.push({ field: field.key, value, purposes });
    else out.drops.push({ purpose: field.purposes[0]!, reason: 'event_consent' });
  }
  return out;
}
