import { homeOf } from '../consent';
import { type CallContext, need, type Saga, type Vaults, type Wire } from '../platform';
import type { LoyaltyEntry } from './loyalty';
import type { loyaltyOps } from './loyalty-operations';

/** Joining one card to another, wherever the two live. */
export type JoinState = { from: string; to: string; programme: string; entries: Wire };

const joining: CallContext = { actor: { type: 'system', id: 'loyalty' } };

/** Freeze what is on the one, take it over at the other, clear the first: at no moment does a stamp count twice. */
export function loyaltySaga(vaults: Vaults<typeof loyaltyOps>): Saga<JoinState> {
  return {
    kind: 'loyalty',
    steps: [
      {
        name: 'hand',
        run: async (s, command) => {
          const handed = need(
            await homeOf(vaults, s.from).run('loyalty.hand', { card: s.from, to: s.to }, { ...joining, command }),
          );
          return { ...s, programme: handed.programme, entries: handed.entries as unknown as Wire };
        },
      },
      {
        name: 'take',
        run: async (s, command) => {
          const entries = s.entries as unknown as LoyaltyEntry[];
          const input = { card: s.to, from: s.from, programme: s.programme, entries };
          need(await homeOf(vaults, s.to).run('loyalty.take', input, { ...joining, command }));
          return { ...s, entries: null };
        },
      },
      {
        name: 'clear',
        run: async (s, command) => {
          need(await homeOf(vaults, s.from).run('loyalty.clear', { card: s.from }, { ...joining, command }));
          return s;
        },
      },
    ],
  };
}
