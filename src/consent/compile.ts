import { canonical, type FieldError, type ReadDb, sha256, type Wire } from '../platform';
import type { Kind } from './definitions';
import { PACK_VERSION } from './policy';
import { allVersions, bodyOf, type DefinitionRow, latestOf } from './registry-store';
import type { Controller, Notice, Purpose, Rulebook, Service, Site, Unit } from './rulebook';

/** A rulebook row must fit into one row of a Durable Object (2 MB) with room to spare. */
export const MAX_RULEBOOK = 1_000_000;

/** Compiles the registry's newest definitions. `problems`: everything that doesn't fit together. */
export function compile(
  db: ReadDb,
  kinds: readonly Kind[],
  version: number,
  now: number,
): { book: Rulebook; problems: FieldError[] } {
  const units = keyed<Unit>(latestOf(db, 'units'));
  const services = keyed<Service>(latestOf(db, 'services'));
  const purposes = keyed<Purpose>(latestOf(db, 'purposes'));
  const notices = noticesOf(allVersions(db, 'notices'));
  const sites = sitesOf(latestOf(db, 'sites'));
  const controller = (keyed<Controller>(latestOf(db, 'controller')).main ?? { name: '', contact: '' }) as Controller;
  const parts = Object.fromEntries(
    kinds.filter((k) => k.part).map((k) => [k.name, keyed<Record<string, Wire>>(latestOf(db, k.name)) as Wire]),
  );
  const body = {
    version,
    compiled_at: new Date(now).toISOString(),
    policy_pack: PACK_VERSION,
    controller,
    units,
    purposes,
    notices,
    services,
    sites,
    parts,
  };
  const hash = sha256(canonical(body as unknown as Wire)).toString('hex');
  return { book: { ...body, hash }, problems: problemsOf(body) };
}

const keyed = <T>(rows: readonly DefinitionRow[]): Record<string, T> =>
  Object.fromEntries(rows.map((r) => [r.key, { ...bodyOf(r), key: r.key, version: r.version } as T]));

function sitesOf(rows: readonly DefinitionRow[]): Record<string, Site> {
  return Object.fromEntries(rows.map((r) => [r.key, { ...bodyOf(r), key: r.key, id: r.key } as unknown as Site]));
}

/** Hash of a notice's text: SHA-256 over title, a line feed, and text. */
export const noticeHash = (t: { title: string; text: string }): string =>
  sha256(`${t.title}\n${t.text}`).toString('hex');

function noticesOf(rows: readonly DefinitionRow[]): Record<string, Notice> {
  const notices: Record<string, Notice> = {};
  for (const row of rows) {
    const body = bodyOf(row) as unknown as {
      texts: Record<string, { title: string; text: string }>;
      needs_new_consent: boolean;
    };
    const before = notices[row.key];
    notices[row.key] = {
      key: row.key,
      version: row.version,
      min_version: body.needs_new_consent || !before ? row.version : before.min_version,
      hashes: {
        ...before?.hashes,
        [row.version]: Object.fromEntries(Object.entries(body.texts).map(([l, t]) => [l, noticeHash(t)])),
      },
    };
  }
  return notices;
}

function problemsOf(b: Omit<Rulebook, 'hash'>): FieldError[] {
  const problems: FieldError[] = [];
  const need = (ok: boolean, path: string, message: string) => {
    if (!ok) problems.push({ path, message });
  };
  for (const p of Object.values(b.purposes)) {
    for (const s of p.services) need(s in b.services, `/purposes/${p.key}/services`, `there is no service "${s}"`);
  }
  for (const s of Object.values(b.sites)) {
    need(s.unit in b.units, `/sites/${s.key}/unit`, `there is no unit "${s.unit}"`);
    need(s.notice in b.notices, `/sites/${s.key}/notice`, `there is no notice "${s.notice}"`);
    for (const p of s.purposes) need(p in b.purposes, `/sites/${s.key}/purposes`, `there is no purpose "${p}"`);
  }
  need(
    JSON.stringify(b).length <= MAX_RULEBOOK,
    '/',
    `the rulebook is larger than ${MAX_RULEBOOK} bytes: archive what is no longer used`,
  );
  return problems;
}
