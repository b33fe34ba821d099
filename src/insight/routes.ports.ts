import type { Snapshot } from '../access';
import type { consentOps, definitionOps, Rulebook } from '../consent';
import type { identityOps, Lookup } from '../identity';
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
  /** Withdrawals of a slice, and when each person was contacted for that purpose; without names. */
  readonly 'campaign.effects': QueryOp<
    Span & { after: string },
    { withdrawals: { withdrawn_at: number; effects: number[] }[]; after: string | null }
  >;
  /** Requests for rights, a page of one vault. */
  readonly 'request.list': QueryOp<
    { after: string; limit: number },
    { items: { received_at: string; due_at: string; closed_at: string | null }[]; after: string | null }
  >;
  readonly 'survey.scores': QueryOp<Span & { survey: string }, { value: number; n: number }[]>;
};

/** What the insight room's routes need of the edge. */
export type InsightPorts = {
  vaults: Vaults<typeof insightOps & typeof consentOps & typeof identityOps & CountedElsewhere>;
  registry: Vault<typeof insightRegistryOps & typeof peopleRegistryOps & ReturnType<typeof definitionOps>>;
  snapshot(): Promise<Snapshot<Rulebook>> | Snapshot<Rulebook>;
  lookup: Lookup;
  clock: Clock;
};
