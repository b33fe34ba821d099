/** A function of several reals; −∞ or NaN marks points outside its domain. */
export type Surface = (at: readonly number[]) => number;

export type Maximum = {
  at: number[];
  value: number;
  evaluations: number;
  /** False: stopped by the limit on evaluations, so the point may not be the top. */
  converged: boolean;
};

export type Search = {
  surface: Surface;
  start: readonly number[];
  /** Size of the first simplex. */
  step?: number;
  /** Stop when values of the simplex differ by less than this (or by rounding), and its points by less than its root. */
  tolerance?: number;
  most?: number;
};

type Vertex = { at: number[]; value: number };

/**
 * Nelder–Mead (Computer Journal 7, 1965), begun anew from its own result until that gains nothing, because a simplex
 * may flatten before the top. Needs no derivatives; deterministic.
 */
export function maximise({ surface, start, step = 0.5, tolerance = 1e-9, most = 4000 }: Search): Maximum {
  let best = climb({ surface, start, step, tolerance, most });
  while (best.converged && best.evaluations < most) {
    const next = climb({ surface, start: best.at, step: step / 5, tolerance, most: most - best.evaluations });
    const gain = next.value - best.value;
    best = { ...(gain > 0 ? next : best), evaluations: best.evaluations + next.evaluations, converged: next.converged };
    if (!(gain > tolerance * 10)) break;
  }
  return best;
}

function climb({ surface, start, step, tolerance, most }: Required<Search>): Maximum {
  let evaluations = 0;
  const vertex = (at: number[]): Vertex => {
    evaluations++;
    const value = surface(at);
    return { at, value: Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value };
  };
  let simplex = [vertex([...start]), ...start.map((_, i) => vertex(start.map((s, j) => (i === j ? s + step : s))))];
  simplex.sort(highFirst);
  while (evaluations < most && !isSmall(simplex, tolerance)) {
    simplex = replaceWorst(simplex, vertex) ?? shrink(simplex, vertex);
    simplex.sort(highFirst);
  }
  const top = simplex[0]!;
  return { ...top, evaluations, converged: isSmall(simplex, tolerance) };
}

const highFirst = (p: Vertex, q: Vertex): number => (p.value === q.value ? 0 : q.value > p.value ? 1 : -1);

function isSmall(simplex: readonly Vertex[], tolerance: number): boolean {
  const top = simplex[0]!;
  const rounding = Math.abs(top.value) * 1e-13;
  if (!(top.value - simplex.at(-1)!.value <= Math.max(tolerance, rounding))) return false;
  return simplex.every(({ at }) => at.every((v, i) => Math.abs(v - top.at[i]!) <= Math.sqrt(tolerance)));
}

/** Reflection, expansion, contraction; undefined where none of them is better than the worst vertex. */
function replaceWorst(simplex: readonly Vertex[], vertex: (at: number[]) => Vertex): Vertex[] | undefined {
  const worst = simplex.at(-1)!;
  const kept = simplex.slice(0, -1);
  const centre = worst.at.map((_, i) => kept.reduce((sum, { at }) => sum + at[i]!, 0) / kept.length);
  const along = (factor: number): Vertex => vertex(centre.map((c, i) => c + factor * (c - worst.at[i]!)));
  const reflected = along(1);
  if (reflected.value > simplex[0]!.value) {
    const expanded = along(2);
    return [...kept, expanded.value > reflected.value ? expanded : reflected];
  }
  if (reflected.value > kept.at(-1)!.value) return [...kept, reflected];
  const contracted = along(reflected.value > worst.value ? 0.5 : -0.5);
  return contracted.value > Math.max(reflected.value, worst.value) ? [...kept, contracted] : undefined;
}

function shrink(simplex: readonly Vertex[], vertex: (at: number[]) => Vertex): Vertex[] {
  const top = simplex[0]!;
  return simplex.map((v) => (v === top ? v : vertex(v.at.map((value, i) => (value + top.at[i]!) / 2))));
}
