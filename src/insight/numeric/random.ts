/** A stream of random numbers that is the same for the same seed. Not for secrets. */
export type Random = {
  /** In (0, 1). */
  uniform(): number;
  normal(): number;
  exponential(rate: number): number;
  gamma(shape: number, rate: number): number;
  beta(a: number, b: number): number;
  /** Whole number from 0 to n − 1. */
  below(n: number): number;
};

/** Small fast counter generator sfc32 (C. Doty-Humphrey, PractRand), mixed twelve times from the seed. */
export function seeded(seed: number): Random {
  const uniform = sfc32(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const gamma = (shape: number, rate: number): number => standardGamma(shape, uniform, normal) / rate;
  const beta = (a: number, b: number): number => {
    const [u, v] = [gamma(a, 1), gamma(b, 1)];
    return u + v > 0 ? u / (u + v) : a / (a + b);
  };
  return {
    uniform,
    normal,
    exponential: (rate) => -Math.log(uniform()) / rate,
    gamma,
    beta,
    below: (n) => Math.floor(uniform() * n),
  };
}

function sfc32(seed: number): () => number {
  const state = new Uint32Array([0x9e3779b9, seed, Math.floor(seed / 2 ** 32), 1]);
  const next = (): number => {
    const [a, b, c, counter] = [state[0]!, state[1]!, state[2]!, state[3]!];
    const sum = a + b + counter;
    state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, counter + 1]);
    return (sum >>> 0) + 0.5;
  };
  for (let i = 0; i < 12; i++) next();
  return () => next() / 2 ** 32;
}

/** Marsaglia & Tsang (ACM TOMS 26, 2000); shapes below 1 by the power of a uniform. */
function standardGamma(shape: number, uniform: () => number, normal: () => number): number {
  if (shape < 1) return standardGamma(shape + 1, uniform, normal) * uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
