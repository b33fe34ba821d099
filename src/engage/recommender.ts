import type { Rulebook } from '../consent';
import { productRegister } from '../people';
import { type CallContext, type Clock, need } from '../platform';
import type { EngageRegistry } from './pump';
import {
  type Catalogue,
  catalogueOf,
  type Neighbours,
  type PageContext,
  type Recommendations,
  recommend,
} from './recommend';

/** How old the neighbours in memory may be: a model that leaves somebody out is in use within this time. */
const FRESH_MS = 5000;

const reading: CallContext = { actor: { type: 'system', id: 'recommendations' } };

/** The catalogue of a rulebook, in its declared order: the shop's own. */
function catalogueIn(book: Rulebook): Catalogue {
  const items = Object.values(productRegister(book))
    .filter((p) => !p.archived)
    .map((p, i) => ({ product: p.key, space: p.spaces[0] ?? '', rank: i + 1 }));
  return catalogueOf(items);
}

/** Answers recommendations out of memory: the newest neighbours, and the catalogue of the rulebook. */
export function createRecommender(registry: EngageRegistry, clock: Clock) {
  let model: { id: string; at: number; neighbours: Neighbours } | undefined;
  let shelf: { version: number; catalogue: Catalogue } | undefined;

  const neighbours = async (): Promise<Neighbours> => {
    if (model && clock.now() - model.at < FRESH_MS) return model.neighbours;
    const found = need(await registry.run('neighbours.get', {}, reading));
    const fresh = found?.model === model?.id ? model?.neighbours : undefined;
    model = {
      id: found?.model ?? '',
      at: clock.now(),
      neighbours: fresh ?? new Map(Object.entries(found?.neighbours ?? {})),
    };
    return model.neighbours;
  };
  const catalogue = (book: Rulebook): Catalogue => {
    if (shelf?.version !== book.version) shelf = { version: book.version, catalogue: catalogueIn(book) };
    return shelf.catalogue;
  };
  return {
    /** `profile`: what the person bought, where `decide` allows its use; else null. */
    recommend: async (
      book: Rulebook,
      of: { context: PageContext; profile: readonly string[] | null; limit: number },
    ): Promise<Recommendations> => recommend({ neighbours: await neighbours(), catalogue: catalogue(book), ...of }),
    /** Reads the model anew at the next question. */
    drop: (): void => {
      model = undefined;
    },
  };
}

export type Recommender = ReturnType<typeof createRecommender>;
