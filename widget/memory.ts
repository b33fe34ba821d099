import type { ConsentBody } from '../src/consent/wire';
import { setCookie } from './cookie';
import type { Act } from './decide';

/**
 * An act on its way to the server. `sent` is the text of an attempt that may have arrived: a retry must repeat it to the
 * byte, or the server would take the key for another request's.
 */
export type Waiting = { body: ConsentBody; at: number; sent?: string };

/** All that the widget keeps on the device, and only after a choice. */
export type Kept = { visitor?: string; acts: Record<string, Act>; waiting: Waiting[]; token?: string };

export type Memory = {
  read: () => Kept;
  /** Reads again (another tab may have written), changes and stores in one turn. */
  change: (edit: (kept: Kept) => void) => void;
  /** From when the configuration is known: share the choice with the subdomains of this domain. */
  share: (domain: string | undefined, days: number) => void;
  /** The cookie that a backend can check offline; `undefined` removes it. */
  sign: (jws: string | undefined) => void;
  key: string;
};

const SIGNED = 'avow_consent';

function parse(text: string | null | undefined): Kept {
  try {
    const kept = JSON.parse(text as string) as Kept;
    return { ...kept, acts: { ...kept.acts }, waiting: [...(kept.waiting ?? [])] };
  } catch {
    return { acts: {}, waiting: [] };
  }
}

const cookieOf = (name: string): string | undefined =>
  document.cookie
    .split('; ')
    .find((c) => c.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** The newest word on each purpose counts, wherever on the domain it was given. */
function merge(kept: Kept, other: Kept): Kept {
  for (const [purpose, act] of Object.entries(other.acts))
    if (!(kept.acts[purpose] && kept.acts[purpose].at >= act.at)) kept.acts[purpose] = act;
  return { ...kept, visitor: other.visitor ?? kept.visitor, token: other.token ?? kept.token };
}

/** Keeps the choice in local storage, and in one cookie where the site spans subdomains. Never throws. */
export function memoryOf(site: string): Memory {
  const key = `avow:${site}`;
  const shared = `avow_${site}`;
  let last: string | null = null;
  let domain: string | undefined;
  let days = 0;

  const cookie = (name: string, value = ''): void => setCookie(name, value, value ? days * 86400 : 0, '/', domain);

  const stored = (): string | null => {
    try {
      return localStorage.getItem(key);
    } catch {
      return last;
    }
  };

  const read = (): Kept => {
    const kept = parse(stored());
    const value = domain && cookieOf(shared);
    return value ? merge(kept, parse(decodeURIComponent(value))) : kept;
  };

  return {
    key,
    read,
    change: (edit) => {
      const kept = read();
      edit(kept);
      last = JSON.stringify(kept);
      try {
        localStorage.setItem(key, last);
      } catch {
        // Storage refused (private mode, full): the choice holds for this page.
      }
      if (domain) cookie(shared, encodeURIComponent(JSON.stringify({ ...kept, waiting: undefined })));
    },
    share: (to, forDays) => {
      domain = to;
      days = forDays;
    },
    sign: (jws) => {
      if (jws || cookieOf(SIGNED)) cookie(SIGNED, jws);
    },
  };
}
