import { action, type FieldError, type Ops, query, Refusal, trusted, type Wire, type Writer } from '../platform';
import { compile } from './compile';
import type { Kind } from './definitions';
import {
  addRulebook,
  addVersion,
  bodyOf,
  compiledAt,
  latestOf,
  newestOf,
  newestRulebook,
  versionsOf,
} from './registry-store';
import { emptyRulebook, type Rulebook } from './rulebook';

export type DefinitionView = {
  key: string;
  version: number;
  body: Record<string, Wire>;
  updated_at: string;
  updated_by: string;
};

/** The registry's operations on what the organisation declares. `kinds` come from all rooms. */
export function definitionOps(kinds: readonly Kind[]) {
  const kindOf = (name: string): Kind => {
    const kind = kinds.find((k) => k.name === name);
    if (!kind) throw new Refusal('not_found', `there is nothing called ${name}`);
    return kind;
  };
  const checked = (name: string, body: Wire): Record<string, Wire> => {
    const parsed = kindOf(name).schema.safeParse(body);
    if (parsed.success) return parsed.data as Record<string, Wire>;
    const fields: FieldError[] = parsed.error.issues.map((i) => ({
      path: `/body/${i.path.map(String).join('/')}`,
      message: i.message,
    }));
    throw new Refusal('invalid', `this is not a valid entry of ${name}`, fields);
  };
  return {
    /** Writes new versions and compiles the rulebook, all or nothing. */
    'definitions.put': action(
      trusted<{ entries: { kind: string; key: string; body: Wire }[]; expected?: number }>(),
      (w, i) => {
        const written = i.entries.map((e) => put(w, e.kind, e.key, checked(e.kind, e.body), i.expected));
        if (!written.some((x) => x.changed)) w.unchanged();
        const book = written.some((x) => x.changed) ? publish(w, kinds) : current(w);
        return { written, rulebook: book.version };
      },
    ),
    'definitions.list': query(trusted<{ kind: string }>(), (r, i) => {
      kindOf(i.kind);
      return latestOf(r.db, i.kind).map(view);
    }),
    'definitions.get': query(trusted<{ kind: string; key: string; version?: number }>(), (r, i) => {
      kindOf(i.kind);
      const row =
        i.version === undefined
          ? newestOf(r.db, i.kind, i.key)
          : versionsOf(r.db, i.kind, i.key).find((v) => v.version === i.version);
      return row ? view(row) : null;
    }),
    'definitions.history': query(trusted<{ kind: string; key: string }>(), (r, i) =>
      versionsOf(r.db, i.kind, i.key).map(view),
    ),
    'rulebook.latest': query(trusted<Record<never, never>>(), (r) => ({ version: newestRulebook(r.db)?.version ?? 0 })),
    /** The newest compiled rulebook, or the one of a version. */
    'rulebook.get': query(trusted<{ version?: number }>(), (r, i) => {
      const row = i.version === undefined ? newestRulebook(r.db) : compiledAt(r.db, i.version);
      return (row ? JSON.parse(row.body) : emptyRulebook) as Rulebook;
    }),
  } satisfies Ops;
}

const view = (row: Parameters<typeof bodyOf>[0]): DefinitionView => ({
  key: row.key,
  version: row.version,
  body: bodyOf(row),
  updated_at: new Date(row.created_at).toISOString(),
  updated_by: row.created_by,
});

function put(w: Writer, kind: string, key: string, body: Record<string, Wire>, expected?: number) {
  const before = newestOf(w.db, kind, key);
  if (expected !== undefined && (before?.version ?? 0) !== expected) {
    throw new Refusal('precondition_failed', 'somebody else has changed this meanwhile', {
      version: before?.version ?? 0,
    });
  }
  const { version, changed } = addVersion(w.db, { kind, key, body, at: w.now, by: w.context.actor.id });
  if (changed)
    w.audit('definition.changed', {
      data: { kind, key, version, before: before ? bodyOf(before) : null, after: body },
    });
  return { kind, key, version, changed };
}

function publish(w: Writer, kinds: readonly Kind[]): Rulebook {
  const { book, problems } = compile(w.db, kinds, (newestRulebook(w.db)?.version ?? 0) + 1, w.now);
  if (problems.length > 0) throw new Refusal('invalid', 'these definitions do not fit together', problems);
  addRulebook(w.db, { version: book.version, hash: book.hash, body: JSON.stringify(book), compiled_at: w.now });
  w.audit('rulebook.compiled', { data: { version: book.version, hash: book.hash } });
  return book;
}

const current = (w: Writer): { version: number } => ({ version: newestRulebook(w.db)?.version ?? 0 });
