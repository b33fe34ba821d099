import { type CallContext, need } from '../platform';
import type { KeyRecord } from './bundle-format';
import { type AuditPorts, logsOf, type NamedLog } from './routes.ports';

/** One log at the moment of an export: all that is read is at most this. */
export type LogSnapshot = NamedLog & {
  origin: string;
  epoch: number;
  size: number;
  root: string;
  note: string;
  keys: KeyRecord[];
  minimum: { minimum: number; note: string } | null;
};

/** The published head of every log, one size for each: what an export shows. */
export async function snapshotOf(ports: AuditPorts, context: CallContext): Promise<LogSnapshot[]> {
  return Promise.all(
    logsOf(ports).map(async ({ name, home }) => {
      const { head, origin, epoch, keys, minimum } = need(await home.run('log.head', {}, context));
      if (!head) throw new Error(`the log ${name} has no head yet`);
      return { name, home, origin, epoch, keys, minimum, size: head.size, root: head.root, note: head.note };
    }),
  );
}
