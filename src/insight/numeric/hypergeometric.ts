import { lbeta } from './gamma';

/** Beyond this many terms the integral is the cheaper road. */
const MOST_TERMS = 600;
/** e^−700 is the last start of the series that is not lost to underflow. */
const LOWEST_LOG = -690;

export type Deficit = {
  /** Shape of the purchase rate, > 0. */
  r: number;
  /** Weights of the beta-distributed dropout probability, > 0. */
  a: number;
  b: number;
  /** t / (α + t), in [0, 1). */
  z: number;
};

/**
 * The combination of ₂F₁ in which every expectation of the BG/NBD model is written:
 *
 *   (a+b−1)/(a−1) · [1 − (1−z)^r · ₂F₁(r, b; a+b−1; z)]
 *
 * As printed it is 0/0 at a = 1, has a pole of ₂F₁ at a+b = 1, overflows for a large r and cancels for a small z.
 * Two equal forms with positive terms only have none of these traps. With N negative binomial (r, z) and q = 1−p
 * beta distributed (b, a), it is E[Σ_{k<N} q^k] (the Euler transform, summed), and also E_p[(1 − (1 + p·z/(1−z))^−r)/p].
 * The first is a short series unless z → 1 or r is large; the second serves there.
 */
export function hypergeometricDeficit(of: Deficit): number {
  if (!(of.r > 0 && of.a > 0 && of.b > 0 && of.z >= 0 && of.z < 1)) {
    throw new RangeError(`outside the domain: ${JSON.stringify(of)}`);
  }
  if (of.z === 0) return 0;
  const start = of.r * Math.log1p(-of.z);
  return start > LOWEST_LOG && termsNeeded(of) < MOST_TERMS ? bySeries(of, start) : byIntegral(of);
}

/** Mean plus nine deviations of the negative binomial, plus its geometric tail down to 1e−16. */
function termsNeeded({ r, z }: Deficit): number {
  const mean = (r * z) / (1 - z);
  return mean + 9 * Math.sqrt(mean / (1 - z)) + 37 / -Math.log(z);
}

function bySeries({ r, a, b, z }: Deficit, start: number): number {
  let weight = Math.exp(start);
  let power = 1;
  let inner = 0;
  let sum = 0;
  const peak = (r * z) / (1 - z);
  for (let n = 0; n < 4 * MOST_TERMS; n++) {
    const term = weight * inner;
    sum += term;
    if (n > peak && term < 1e-17 * sum) break;
    inner += power;
    power *= (b + n) / (a + b + n);
    weight *= ((r + n) / (n + 1)) * z;
  }
  return sum;
}

function byIntegral({ r, a, b, z }: Deficit): number {
  const scale = z / (1 - z);
  return betaExpectation({ a, b, of: (p) => -Math.expm1(-r * Math.log1p(p * scale)) / p });
}

export type BetaExpectation = {
  a: number;
  b: number;
  /** A smooth, bounded, positive function of p in (0, 1). */
  of: (p: number) => number;
};

/** Smallest p handed to the function: below it the functions here equal their limit, and p itself would lose digits. */
const SMALLEST = 1e-290;

/**
 * E[f(p)] for p ~ Beta(a, b), by the trapezoid rule on y = ln(p/(1−p)). The integrand is analytic in a strip round the
 * real line, so the rule converges exponentially; singular ends (a or b below 1) become exponential tails.
 */
export function betaExpectation({ a, b, of }: BetaExpectation): number {
  const step = Math.min(0.2, 0.4 * Math.sqrt(1 / a + 1 / b));
  const mode = Math.log(a / b);
  const logNorm = lbeta(a, b);
  const at = (y: number): number => {
    const tail = Math.log1p(Math.exp(-Math.abs(y)));
    const logP = y > 0 ? -tail : y - tail;
    return Math.exp(a * logP + b * (logP - y) - logNorm) * of(Math.max(Math.exp(logP), SMALLEST));
  };
  return step * (at(mode) + tailSum(at, mode, -step) + tailSum(at, mode, step));
}

/** Adds terms in one direction until they have fallen, and stayed, below the last digit of the sum. */
function tailSum(at: (y: number) => number, from: number, step: number): number {
  let sum = 0;
  let last = at(from);
  for (let i = 1; i < 2_000_000; i++) {
    const term = at(from + i * step);
    sum += term;
    if (term <= last && term < 1e-18 * sum) break;
    if (term === 0 && last === 0) break;
    last = term;
  }
  return sum;
}
