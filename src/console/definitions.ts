import type { CallContext, Result, Wire } from '../platform';
import { need } from '../platform';
import type { FormErrors } from './form';
import { errorsOf } from './form';
import type { ConsolePorts } from './ports';

/** A definition in its newest or some version. */
export type Entry<B> = { key: string; version: number; body: B; updated_at: string; updated_by: string };

export const listOf = async <B>(ports: ConsolePorts, kind: string, context: CallContext): Promise<Entry<B>[]> =>
  need(await ports.registry.run('definitions.list', { kind }, context)) as unknown as Entry<B>[];

/** All versions, oldest first. */
export const historyOf = async <B>(
  ports: ConsolePorts,
  kind: string,
  key: string,
  context: CallContext,
): Promise<Entry<B>[]> =>
  need(await ports.registry.run('definitions.history', { kind, key }, context)) as unknown as Entry<B>[];

/**
 * Writes a new version and waits until every vault has the rulebook that contains it. `expected` is the version that the
 * form showed: nobody's change is overwritten unseen.
 */
export async function putDefinition(
  ports: ConsolePorts,
  entry: { kind: string; key: string; body: Wire },
  expected: number | undefined,
  context: CallContext,
): Promise<FormErrors> {
  const result: Result<Wire> = await ports.registry.run('definitions.put', { entries: [entry], expected }, context);
  if (!result.ok) return errorsOf(result.error);
  await ports.published(context);
  return undefined;
}
