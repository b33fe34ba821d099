import type { identityOps } from '../identity';
import { type CallContext, need, type Saga, type Vaults, type Wire } from '../platform';
import { homeOf } from './home';
import type { Moved } from './link';
import type { consentOps } from './operations';

/** `moved` travels in the saga's own books between freeze and absorb: pseudonyms and choices only. */
export type LinkState = { from: string; into: string; moved: Wire };

const linking: CallContext = { actor: { type: 'system', id: 'link' } };

/** Freeze at the source, take over at the target, leave a redirect: at no moment is more allowed than before. */
export function linkSaga(vaults: Vaults<typeof consentOps & typeof identityOps>): Saga<LinkState> {
  return {
    kind: 'link',
    steps: [
      {
        name: 'freeze',
        run: async (s, command) => {
          const moved = need(
            await homeOf(vaults, s.from).run('link.freeze', { from: s.from, into: s.into }, { ...linking, command }),
          );
          return { ...s, moved: moved as unknown as Wire };
        },
      },
      {
        name: 'absorb',
        run: async (s, command) => {
          const input = { from: s.from, into: s.into, moved: s.moved as unknown as Moved };
          need(await homeOf(vaults, s.into).run('link.absorb', input, { ...linking, command }));
          return s;
        },
      },
      {
        name: 'redirect',
        run: async (s, command) => {
          need(
            await homeOf(vaults, s.from).run('link.redirect', { from: s.from, into: s.into }, { ...linking, command }),
          );
          return { ...s, moved: null };
        },
      },
    ],
  };
}
