/** Log-sum-exp of two: ln(e^x + e^y) without overflow, also where one of them is −∞. */
export function logAddExp(x: number, y: number): number {
  if (x === y) return x + Math.LN2;
  const high = x > y ? x : y;
  return high === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(-Math.abs(x - y)));
}
