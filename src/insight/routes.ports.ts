import type { Snapshot } from '../access';
import type { definitionOps, Rulebook } from '../consent';
import type { peopleRegistryOps } from '../people';
import type { Clock, QueryOp, Vault, Vaults } from '../platform';
import type { insightOps } from './operations';
import type { insightRegistryOps } from './registry-operations';

type Span = { from: number; until: number };

/** What other rooms count, seen by its shape: this room may not enter theirs. */
export type CountedElsewhere = {
  readonly 'touch.histogram': QueryOp<
    Span,
    { rows: { value: number; n: number }[]; caps: { name: string; most: number; days: number }[] }
  >;
  readonly 'survey.scores': QueryOp<Span & { survey: string }, { value: number; n: number }[]>;
};

/** What the insight room's routes need of the edge. */
export type InsightPorts = {
  vaults: Vaults<typeof insightOps & CountedElsewhere>;
  registry: Vault<typeof insightRegistryOps & typeof peopleRegistryOps & ReturnType<typeof definitionOps>>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  clock: Clock;
};
