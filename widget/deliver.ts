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

/**
 * Carries acts to `POST /v1/consents`: text/plain and keepalive, so no preflight and no loss on leaving the page. An act
 * stays in the memory until the server has answered it, and is retried with the same key: when the network returns, with
 * growing pauses, and on the next page. Only an answer that says "never" (4xx) ends it.
 */
export function courierOf(api: string, site: string, memory: Memory): Courier {
  let busy = false;
  let pause = 1000;
  let token: Promise<PageToken | undefined> | undefined;
  let fetched = 0;
  const leaving = new Promise<undefined>((leave) => addEventListener('pagehide', () => leave(undefined)));

  const post = (path: string, body: string): Promise<Response> =>
    fetch(api + path, { method: 'POST', body, keepalive: true, credentials: 'omit' });

  const prepare = (): void => {
    if (token && Date.now() - fetched < LATE * 1000) return;
    fetched = Date.now();
    token = post(`/v1/sites/${site}/page-token`, '')
      .then((r) => (r.ok ? (r.json() as Promise<PageToken>) : undefined))
      .catch(() => undefined);
  };

  /** A grant made here and now shows a page token; nothing else needs one. */
  const tokenFor = async (body: ConsentBody): Promise<string | undefined> => {
    if (!Object.values(body.choices).includes('granted')) return undefined;
    prepare();
    return (await Promise.race([token, leaving]))?.page_token;
  };

  const textOf = async ({ body, at, sent }: Waiting): Promise<string> => {
    const waited = Math.round((Date.now() - at) / 1000);
    const late = waited > LATE;
    return (
      sent ??
      JSON.stringify({
        ...body,
        subject_token: memory.read().token,
        page_token: late ? undefined : await tokenFor(body),
        queued_seconds: late ? waited : undefined,
      })
    );
  };

  const note = (act: Waiting, sent: string | undefined): void =>
    memory.change((kept) => {
      for (const w of kept.waiting) if (w.body.key === act.body.key) w.sent = sent;
    });

  /** True when the act is done with: recorded, or refused for good. */
  const settle = async (act: Waiting): Promise<boolean> => {
    const text = await textOf(act);
    note(act, text);
    const response = await post('/v1/consents', text).catch(() => {});
    if (!response || response.status > 499 || [408, 425, 429].includes(response.status)) {
      // It certainly did not count: the next attempt may be worded anew.
      if (response || !navigator.onLine) note(act, undefined);
      return false;
    }
    token = undefined;
    const answer = response.ok ? ((await response.json()) as ConsentAnswer) : undefined;
    if (!answer) console.error('avow', response.status);
    memory.change((kept) => {
      kept.waiting = kept.waiting.filter((w) => w.body.key !== act.body.key);
      kept.token = answer?.subject_token ?? kept.token;
    });
    if (!memory.read().waiting.length) memory.sign(answer?.cookie);
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
