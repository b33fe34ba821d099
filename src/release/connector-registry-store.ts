import { blob, type Db, type Reader, seal, unsealText, type Wire, type Writer } from '../platform';
import { type ConnectorBody, SECRETS } from './connector-kind';

export type ConnectorRow = { id: string; body: ConnectorBody; created_at: number; created_by: string };
type Raw = { id: string; body: string; sealed: unknown; created_at: number; created_by: string };

const place = (id: string): string => `connector.sealed:${id}`;
const columns = 'id, body, sealed, created_at, created_by';
const isSecret = (name: string): boolean => (SECRETS as readonly string[]).includes(name);

/** Writes a connector; its secrets go apart, sealed. */
export function putConnector(w: Writer, id: string, body: ConnectorBody): void {
  const entries = Object.entries(body) as [string, Wire][];
  const plain = JSON.stringify(Object.fromEntries(entries.filter(([k]) => !isSecret(k))));
  const secret = JSON.stringify(Object.fromEntries(entries.filter(([k]) => isSecret(k))));
  w.db
    .write(
      `insert into connector (id, kind, body, sealed, created_at, created_by) values (?, ?, ?, ?, ?, ?)
       on conflict (id) do update set kind = excluded.kind, body = excluded.body, sealed = excluded.sealed`,
    )
    .run(id, body.kind, plain, seal(w.keys.own('connector'), place(id), secret), w.now, w.context.actor.id);
}

const opened = (r: Pick<Reader, 'keys'>, { body, sealed, ...row }: Raw): ConnectorRow => ({
  ...row,
  body: {
    ...(JSON.parse(body) as object),
    ...(JSON.parse(unsealText(r.keys.own('connector'), place(row.id), blob(sealed))) as object),
  } as ConnectorBody,
});

export const allConnectors = (r: Reader): ConnectorRow[] =>
  r.db
    .read(`select ${columns} from connector where removed_at is null order by id`)
    .all<Raw>()
    .map((row) => opened(r, row));

export function connectorById(r: Reader, id: string): ConnectorRow | undefined {
  const row = r.db.read(`select ${columns} from connector where id = ? and removed_at is null`).get<Raw>(id);
  return row && opened(r, row);
}

/** Its credentials are destroyed; what it was remains for the log's readers. */
export const removeConnector = (db: Db, id: string, now: number): boolean =>
  db
    .write("update connector set removed_at = ?, sealed = x'' where id = ? and removed_at is null returning id")
    .get(now, id) !== undefined;
