import { type Http, type HttpAnswer, type HttpRequest, isObject, type Wire, type WireObject } from '../platform';

/** A foreign system answered with something that is no success. */
export class ForeignError extends Error {
  override readonly name = 'ForeignError';
  constructor(
    readonly status: number,
    readonly body: Wire,
    what: string,
  ) {
    super(`${what} answered ${status}`);
  }
}

export type Waiting = { http: Http; sleep(ms: number): Promise<void> };

const MAX_ATTEMPTS = 6;
const MAX_WAIT = 60_000;

/** Asks, and waits where the system says that it is too much or that it is ill: as long as it says, or 1, 2, 4 … s. */
export async function patiently({ http, sleep }: Waiting, request: HttpRequest): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await http(request);
    if (!isBusy(answer) || attempt === MAX_ATTEMPTS) return answer;
    const told = Number(answer.headers['retry-after']);
    await sleep(Math.min(MAX_WAIT, Number.isFinite(told) && told > 0 ? told * 1000 : 2 ** (attempt - 1) * 1000));
  }
}

/** Salesforce says 403 with a code where others say 429. */
const isBusy = ({ status, body }: HttpAnswer): boolean =>
  status === 429 || status === 503 || status === 502 || (status === 403 && body.includes('REQUEST_LIMIT_EXCEEDED'));

/** JSON there and back; throws for what is no success. */
export async function askJson(
  waiting: Waiting,
  request: Omit<HttpRequest, 'body'> & { json?: Wire },
): Promise<{ status: number; body: Wire }> {
  const { json, headers, ...rest } = request;
  const answer = await patiently(waiting, {
    ...rest,
    headers: {
      accept: 'application/json',
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const body = parse(answer.body);
  if (answer.status < 200 || answer.status > 299)
    throw new ForeignError(answer.status, body, `${request.method} ${new URL(request.url).pathname.slice(0, 80)}`);
  return { status: answer.status, body };
}

function parse(text: string): Wire {
  try {
    return text === '' ? null : (JSON.parse(text) as Wire);
  } catch {
    return null;
  }
}

export const objectOf = (x: Wire | undefined): WireObject => (x !== undefined && isObject(x) ? x : {});
export const listOf = (x: Wire | undefined): readonly WireObject[] =>
  Array.isArray(x) ? x.map((y: Wire) => objectOf(y)) : [];
export const textOf = (x: Wire | undefined): string =>
  typeof x === 'string' ? x : typeof x === 'number' ? String(x) : '';

export function inBatches<T>(all: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let i = 0; i < all.length; i += size) batches.push(all.slice(i, i + size));
  return batches;
}
