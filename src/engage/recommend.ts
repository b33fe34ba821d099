/** What one consenting buyer bought. Who objects or withdraws is left out at the next build. */
export type History = { person: string; products: readonly string[] };

/** How many buyers bought each product, and each pair (`pairKey`). Counts of several vaults add up. */
export type CopurchaseCounts = { products: { [product: string]: number }; pairs: { [pair: string]: number } };

/** One buyer of very much would make a pair of everything. */
const MOST_PRODUCTS = 200;

const pairKey = (p: string, q: string): string => (p < q ? `${p}\n${q}` : `${q}\n${p}`);

export function copurchaseCounts(histories: readonly History[]): CopurchaseCounts {
  const [products, pairs] = [new Map<string, number>(), new Map<string, number>()];
  const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { products: bought } of histories) {
    const own = [...new Set(bought)].slice(0, MOST_PRODUCTS).sort();
    own.forEach((product, i) => {
      add(products, product);
      for (const other of own.slice(i + 1)) add(pairs, pairKey(product, other));
    });
  }
  return { products: Object.fromEntries(products), pairs: Object.fromEntries(pairs) };
}

/** Counts of several vaults as one; a person lives in one vault. */
export function mergeCopurchases(parts: readonly CopurchaseCounts[]): CopurchaseCounts {
  const sum = (counts: readonly { [key: string]: number }[]): { [key: string]: number } => {
    const merged = new Map<string, number>();
    for (const [key, n] of counts.flatMap((count) => Object.entries(count)))
      merged.set(key, (merged.get(key) ?? 0) + n);
    return Object.fromEntries(merged);
  };
  return { products: sum(parts.map(({ products }) => products)), pairs: sum(parts.map(({ pairs }) => pairs)) };
}

/** For each product its nearest others, best first. Small, so that an answer needs no counting. */
export type Neighbours = ReadonlyMap<string, readonly { product: string; score: number }[]>;

/**
 * Cosine similarity of item to item (Linden, Smith, York, IEEE Internet Computing 7, 2003), after all vaults' counts are
 * merged. A pair that fewer than k people bought doesn't exist here.
 */
export function neighboursOf(counts: CopurchaseCounts, k: number, most = 20): Neighbours {
  const near = new Map<string, { product: string; score: number }[]>();
  const add = (product: string, other: string, score: number): void => {
    const own = near.get(product) ?? [];
    near.set(product, own);
    own.push({ product: other, score });
  };
  for (const [key, together] of Object.entries(counts.pairs)) {
    if (together < k) continue;
    const [p, q] = key.split('\n') as [string, string];
    const score = together / Math.sqrt(counts.products[p]! * counts.products[q]!);
    add(p, q, score);
    add(q, p, score);
  }
  return new Map([...near].map(([product, own]) => [product, own.sort(byScore).slice(0, most)]));
}

type Scored = { product: string; score: number };

const byScore = (p: Scored, q: Scored): number => q.score - p.score || (p.product < q.product ? -1 : 1);

/** A product that may be recommended; `space` is the need that it serves, `rank` the shop's own order (1 first). */
export type CatalogueItem = { product: string; space: string; rank: number };

/** The catalogue in the order in which it is read, made once and not for each answer. */
export type Catalogue = {
  ranked: readonly CatalogueItem[];
  bySpace: ReadonlyMap<string, readonly CatalogueItem[]>;
  spaceOf: ReadonlyMap<string, string>;
};

export function catalogueOf(items: readonly CatalogueItem[]): Catalogue {
  const ranked = [...items].sort((p, q) => p.rank - q.rank || (p.product < q.product ? -1 : 1));
  const bySpace = new Map<string, CatalogueItem[]>();
  for (const item of ranked) {
    const same = bySpace.get(item.space);
    if (same) same.push(item);
    else bySpace.set(item.space, [item]);
  }
  return { ranked, bySpace, spaceOf: new Map(items.map(({ product, space }) => [product, space])) };
}

/** Where the visitor is now. Says nothing of who they are. */
export type PageContext = { product: string | null; space: string | null };

export type Recommendation = {
  product: string;
  /** Why it is shown, to be told to whoever asks. */
  because: 'you_bought' | 'bought_with_page' | 'same_need' | 'popular';
  /** The purchase or page product that it follows from, or the need. */
  of: string | null;
};

export type RecommendQuestion = {
  neighbours: Neighbours;
  catalogue: Catalogue;
  context: PageContext;
  /** What the person bought, where `decide` allows their profile to be used for this; else null: then nothing of the person is used. */
  profile: readonly string[] | null;
  limit: number;
};

export type Recommendations = { mode: 'profile' | 'contextual'; items: Recommendation[] };

/** From the person's purchases where allowed, then from the page, then from its need, then the shop's own order. */
export function recommend(question: RecommendQuestion): Recommendations {
  const { catalogue, context, limit } = question;
  const bought = new Set(question.profile ?? []);
  const chosen = new Map<string, Recommendation>();
  for (const item of candidates(question, bought)) {
    if (chosen.size >= limit) break;
    const isSold = catalogue.spaceOf.has(item.product);
    const isNew = item.product !== context.product && !bought.has(item.product) && !chosen.has(item.product);
    if (isSold && isNew) chosen.set(item.product, item);
  }
  return { mode: bought.size > 0 ? 'profile' : 'contextual', items: [...chosen.values()] };
}

/** Best first, made as far as they are asked for. */
function* candidates(question: RecommendQuestion, bought: ReadonlySet<string>): Generator<Recommendation> {
  yield* fromPurchases(question.neighbours, bought);
  yield* fromPage(question);
  yield* fromCatalogue(question);
}

function fromPurchases(neighbours: Neighbours, bought: ReadonlySet<string>): Recommendation[] {
  const scores = new Map<string, { score: number; of: string; best: number }>();
  for (const own of bought) {
    for (const { product, score } of neighbours.get(own) ?? []) {
      const known = scores.get(product) ?? { score: 0, of: own, best: 0 };
      const isBest = score > known.best;
      const sum = { score: known.score + score, of: isBest ? own : known.of, best: Math.max(score, known.best) };
      scores.set(product, sum);
    }
  }
  return [...scores]
    .map(([product, { score, of }]) => ({ product, score, of }))
    .sort(byScore)
    .map(({ product, of }) => ({ product, because: 'you_bought', of }));
}

function fromPage({ neighbours, context: { product } }: RecommendQuestion): Recommendation[] {
  if (product === null) return [];
  const near = neighbours.get(product) ?? [];
  return near.map((other) => ({ product: other.product, because: 'bought_with_page', of: product }));
}

function* fromCatalogue({ catalogue, context }: RecommendQuestion): Generator<Recommendation> {
  const space = context.space ?? catalogue.spaceOf.get(context.product ?? '') ?? null;
  for (const { product } of catalogue.bySpace.get(space ?? '') ?? [])
    yield { product, because: 'same_need', of: space };
  for (const { product } of catalogue.ranked) yield { product, because: 'popular', of: null };
}
