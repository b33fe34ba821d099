import type { Http, HttpAnswer, HttpRequest } from '../../src/platform';

export type HubspotContact = { id: string; properties: Record<string, string | null> };

/**
 * HubSpot as its public contracts describe it (CRM v3 objects, properties, communication preferences v3): paging by
 * `paging.next.after`, batches of at most 100, 207 with errors for what is missing, 429 with Retry-After.
 */
export class HubspotDouble {
  readonly contacts = new Map<string, HubspotContact>();
  readonly calls: { method: string; path: string; body: unknown }[] = [];
  /** So many calls are answered 429 before the next one is served. */
  busy = 0;
  down = false;
  private next = 1;

  constructor(
    readonly token = 'pat-eu1-test',
    readonly properties = [
      'email',
      'phone',
      'hs_email_optout',
      'hs_email_optout_77',
      'may_call',
      'avow_person',
      'lang',
    ],
  ) {}

  add(properties: Record<string, string | null>): HubspotContact {
    const contact = { id: String(1000 + this.next++), properties };
    this.contacts.set(contact.id, contact);
    return contact;
  }

  http: Http = async (request) => {
    const url = new URL(request.url);
    const body = request.body === undefined ? undefined : (JSON.parse(request.body) as Record<string, unknown>);
    this.calls.push({ method: request.method, path: url.pathname, body });
    if (this.down) throw new Error('connect ECONNREFUSED');
    if (this.busy > 0) {
      this.busy--;
      return answer(429, { status: 'error', errorType: 'RATE_LIMIT', policyName: 'SECONDLY' }, { 'retry-after': '2' });
    }
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return answer(401, { status: 'error', category: 'INVALID_AUTHENTICATION' });
    return this.route(request, url, body ?? {});
  };

  private route(request: HttpRequest, url: URL, body: Record<string, unknown>): HttpAnswer {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /crm/v3/objects/contacts':
        return this.page(url.searchParams);
      case 'GET /crm/v3/properties/contacts':
        return answer(200, { results: this.properties.map((name) => ({ name })) });
      case 'POST /crm/v3/objects/contacts/batch/read':
        return this.batch(body, (c) => pick(c, body.properties as string[]));
      case 'POST /crm/v3/objects/contacts/search':
        return this.search(body);
      case 'POST /crm/v3/objects/contacts/batch/update':
        return this.batch(body, (c, input) => this.update(c, input.properties as Record<string, string>));
      case 'POST /crm/v3/objects/contacts/batch/upsert':
        return this.upsert(body.inputs as { id: string; properties: Record<string, string> }[]);
      case 'POST /crm/v3/objects/contacts/gdpr-delete':
        return this.contacts.delete(String(body.objectId)) ? answer(204) : answer(404, { status: 'error' });
      case 'POST /communication-preferences/v3/unsubscribe':
        return this.unsubscribe(String(body.emailAddress), String(body.subscriptionId));
      default:
        return answer(404, { status: 'error', message: 'no such endpoint' });
    }
  }

  private page(query: URLSearchParams): HttpAnswer {
    const limit = Number(query.get('limit'));
    if (limit < 1 || limit > 100) return answer(400, { status: 'error', message: 'limit' });
    const wanted = (query.get('properties') ?? '').split(',');
    const after = Number(query.get('after') ?? 0);
    const rest = [...this.contacts.values()].filter((c) => Number(c.id) > after);
    const results = rest.slice(0, limit);
    const last = results.at(-1);
    const paging = rest.length > limit && last ? { next: { after: last.id, link: '…' } } : undefined;
    return answer(200, { results: results.map((c) => pick(c, wanted)), paging });
  }

  private search(body: Record<string, unknown>): HttpAnswer {
    const [group] = body.filterGroups as { filters: { propertyName: string; operator: string; value: string }[] }[];
    const [filter] = group!.filters;
    if (filter!.operator !== 'EQ') return answer(400, { status: 'error', message: 'operator' });
    const hits = [...this.contacts.values()].filter(
      (c) => c.properties[filter!.propertyName]?.toLowerCase() === filter!.value.toLowerCase(),
    );
    return answer(200, { total: hits.length, results: hits.map((c) => pick(c, body.properties as string[])) });
  }

  private batch(
    body: Record<string, unknown>,
    each: (c: HubspotContact, input: Record<string, unknown>) => unknown,
  ): HttpAnswer {
    const inputs = body.inputs as Record<string, unknown>[];
    if (inputs.length > 100) return answer(400, { status: 'error', message: 'too many inputs' });
    const found = inputs.filter((i) => this.contacts.has(String(i.id)));
    const results = found.map((i) => each(this.contacts.get(String(i.id))!, i));
    const missing = inputs.length - found.length;
    return answer(missing > 0 ? 207 : 200, {
      status: 'COMPLETE',
      results,
      ...(missing > 0 ? { numErrors: missing } : {}),
    });
  }

  private update(contact: HubspotContact, properties: Record<string, string>): unknown {
    Object.assign(contact.properties, properties);
    return { id: contact.id, properties };
  }

  private upsert(inputs: { id: string; properties: Record<string, string> }[]): HttpAnswer {
    const results = inputs.map(({ id, properties }) => {
      const known = [...this.contacts.values()].find((c) => c.properties.email === id);
      const contact = known ?? this.add({ email: id });
      Object.assign(contact.properties, properties);
      return { id: contact.id, properties: contact.properties, new: !known };
    });
    return answer(200, { status: 'COMPLETE', results });
  }

  private unsubscribe(email: string, subscription: string): HttpAnswer {
    const contact = [...this.contacts.values()].find((c) => c.properties.email?.toLowerCase() === email.toLowerCase());
    if (!contact) return answer(404, { status: 'error' });
    const property = `hs_email_optout_${subscription}`;
    if (contact.properties[property] === 'true')
      return answer(400, {
        status: 'error',
        message: `${email} is already unsubscribed from subscription ${subscription}`,
      });
    contact.properties[property] = 'true';
    return answer(200, { recipient: email, id: subscription, status: 'NOT_SUBSCRIBED' });
  }
}

const pick = (c: HubspotContact, names: readonly string[]) => ({
  id: c.id,
  properties: Object.fromEntries(names.map((n) => [n, c.properties[n] ?? null])),
  archived: false,
});

const answer = (status: number, body?: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: body === undefined ? '' : JSON.stringify(body),
});
