import { canonical, type Db, isObject, type ReadDb, sha256, type Wire } from '../platform';

export type DefinitionRow = {
  kind: string;
  key: string;
  version: number;
  body: string;
  hash: string;
  created_at: number;
  created_by: string;
};

const columns = 'kind, key, version, body, hash, created_at, created_by';

/** The newest version of everything of a kind. */
export const latestOf = (db: ReadDb, kind: string): DefinitionRow[] =>
  db
    .read(
      `select ${columns} from definition d where kind = ? and version =
         (select max(version) from definition where kind = d.kind and key = d.key) order by key`,
    )
    .all<DefinitionRow>(kind);

export const versionsOf = (db: ReadDb, kind: string, key: string): DefinitionRow[] =>
  db
    .read(`select ${columns} from definition where kind = ? and key = ? order by version`)
    .all<DefinitionRow>(kind, key);

export const newestOf = (db: ReadDb, kind: string, key: string): DefinitionRow | undefined =>
  db
    .read(`select ${columns} from definition where kind = ? and key = ? order by version desc limit 1`)
    .get<DefinitionRow>(kind, key);

export const allVersions = (db: ReadDb, kind: string): DefinitionRow[] =>
  db.read(`select ${columns} from definition where kind = ? order by key, version`).all<DefinitionRow>(kind);

/** Adds a version; answers it, or the newest if nothing has changed. */
export function addVersion(
  db: Db,
  d: { kind: string; key: string; body: Wire; at: number; by: string },
): { version: number; changed: boolean } {
  const hash = sha256(canonical(d.body)).toString('hex');
  const last = newestOf(db, d.kind, d.key);
  if (last?.hash === hash) return { version: last.version, changed: false };
  const version = (last?.version ?? 0) + 1;
  db.write(
    'insert into definition (kind, key, version, body, hash, created_at, created_by) values (?, ?, ?, ?, ?, ?, ?)',
  ).run(d.kind, d.key, version, JSON.stringify(d.body), hash, d.at, d.by);
  return { version, changed: true };
}

export type CompiledRow = { version: number; hash: string; body: string; compiled_at: number };

export const newestRulebook = (db: ReadDb): CompiledRow | undefined =>
  db
    .read('select version, hash, body, compiled_at from compiled_rulebook order by version desc limit 1')
    .get<CompiledRow>();

export const compiledAt = (db: ReadDb, version: number): CompiledRow | undefined =>
  db.read('select version, hash, body, compiled_at from compiled_rulebook where version = ?').get<CompiledRow>(version);

export const addRulebook = (db: Db, r: CompiledRow): void =>
  db
    .write('insert into compiled_rulebook (version, hash, body, compiled_at) values (?, ?, ?, ?)')
    .run(r.version, r.hash, r.body, r.compiled_at);

export const bodyOf = (row: DefinitionRow): Record<string, Wire> => {
  const body = JSON.parse(row.body) as Wire;
  if (!isObject(body)) throw new Error(`the definition ${row.kind}/${row.key} is no object`);
  return body as Record<string, Wire>;
};
