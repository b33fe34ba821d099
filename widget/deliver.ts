import type { ConsentAnswer, ConsentBody, PageToken } from '../src/consent/wire';
import type { Memory, Waiting } from './memory';

export type Courier = {
  /** Sends what waits, in order. */
  flush: () => void;
  /** The person touches the banner: fetch the page token now, so that a grant need not wait for it. */
  prepare: () => void;
};

/**
 * Seconds. An act older than this says how long it waited and carries no page token: the server keeps and flags it. A
 * token older than this is fetched anew.
 */
const LATE = 60;

/** 128 random bits in base64url. */
export function randomId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return prefix + btoa(String.fromCharCode(...bytes)).replace(/\W/g, (c) => ({ '+': '-', '/': '_' })[c] ?? '');
}

type Post = (path: string, body: string) => Promise<Response>;

/** Page tokens: fetched at the first touch, used once, never waited for when the page is being left. */
function tokensOf(post: Post, site: string) {
  let token: Promise<PageToken | undefined> | undefined;
  let fetched = 0;
  const leaving = new Promise<undefined>((leave) => addEventListener('pagehide', () => leave(undefined)));
  const prepare = (): void => {
    if (token && Date.now() - fetched < LATE * 1000) return;
    fetched = Date.now();
    token = post(`/v1/sites/${site}/page-token`, '')
      .then((r) => (r.ok ? (r.json() as Promise<PageToken>) : undefined))
      .catch(() => undefined);
  };
  /** A grant made here and now shows a token; nothing else needs one. */
  const take = async ({ choices }: ConsentBody): Promise<string | undefined> => {
    if (!Object.values(choices).includes('granted')) return;
    prepare();
    return (await Promise.race([token, leaving]))?.page_token;
  };
  const spend = (): void => {
    token = undefined;
  };
  return { prepare, take, spend };
}

/** Not now, but later: the server is busy or broken, or asks us to wait. */
const isLater = ({ status }: Response): boolean => status > 499 || [408, 425, 429].includes(status);

/**
 * Carries acts to `POST /v1/consents`: text/plain and keepalive, so no preflight and no loss on leaving the page. An act
 * stays in the memory until the server has answered it, and is retried with the same key: when the network returns, with
 * growing pauses, and on the next page. Only an answer that says "never" (4xx) ends it.
 */
export function courierOf(api: string, site: string, memory: Memory): Courier {
  let busy = false;
  let pause = 1000;
  const post: Post = (path, body) => fetch(api + path, { method: 'POST', body, keepalive: true, credentials: 'omit' });
  const { prepare, take, spend } = tokensOf(post, site);

  const textOf = async ({ body, at }: Waiting): Promise<string> => {
    const waited = Math.round((Date.now() - at) / 1000);
    const late = waited > LATE;
    const page_token = late ? undefined : await take(body);
    const queued_seconds = late ? waited : undefined;
    return JSON.stringify({ ...body, subject_token: memory.read().token, page_token, queued_seconds });
  };

  /** Notes the text of an attempt, or forgets it. */
  const note = ({ body }: Waiting, sent?: string): void =>
    memory.change((kept) => {
      for (const w of kept.waiting) if (w.body.key === body.key) w.sent = sent;
    });

  const done = ({ body }: Waiting, answer: ConsentAnswer | undefined): void => {
    memory.change((kept) => {
      kept.waiting = kept.waiting.filter((w) => w.body.key !== body.key);
      kept.token = answer?.subject_token ?? kept.token;
    });
    if (!memory.read().waiting[0]) memory.sign(answer?.cookie);
  };

  /** True when the act is done with: recorded, or refused for good. */
  const settle = async (act: Waiting): Promise<boolean> => {
    const text = act.sent ?? (await textOf(act));
    note(act, text);
    const response = await post('/v1/consents', text).catch(() => {});
    if (!response || isLater(response)) {
      // It certainly did not count: the next attempt may be worded anew.
      if (response || !navigator.onLine) note(act);
      return false;
    }
    spend();
    if (!response.ok) console.error('avow', response.status);
    done(act, response.ok ? await response.json() : undefined);
    return true;
  };

  const flush = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      for (let next = memory.read().waiting[0]; next; next = memory.read().waiting[0])
        if (!(await settle(next))) throw 0;
      pause = 1000;
    } catch {
      setTimeout(flush, pause * (1 + Math.random()));
      pause = Math.min(pause * 3, 6e5);
    }
    busy = false;
  };

  addEventListener('online', flush);
  return { flush, prepare };
}
