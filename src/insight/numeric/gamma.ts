/** Lanczos approximation with g = 7 and nine terms (coefficients: P. Godfrey); relative error about 1e-15. */
const G = 7;
const COEFFICIENTS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;
const HALF_LOG_TWO_PI = 0.9189385332046728;

/** Natural logarithm of the gamma function for x > 0. Throws RangeError elsewhere. */
export function lgamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`lgamma needs a positive argument, got ${x}`);
  if (x === Number.POSITIVE_INFINITY) return x;
  return x < 0.5 ? Math.log(Math.PI / Math.sin(Math.PI * x)) - lanczos(1 - x) : lanczos(x);
}

function lanczos(x: number): number {
  let sum: number = COEFFICIENTS[0];
  for (let i = 1; i < COEFFICIENTS.length; i++) sum += COEFFICIENTS[i]! / (x - 1 + i);
  const base = x - 0.5 + G;
  return HALF_LOG_TWO_PI + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/** Natural logarithm of the beta function B(a, b), both positive. */
export function lbeta(a: number, b: number): number {
  return lgamma(a) + lgamma(b) - lgamma(a + b);
}
