import type { Surface } from './maximise';

/** Rows of a square, symmetric matrix. */
export type Matrix = readonly (readonly number[])[];

/** What is left of a diagonal below this share of it is rounding: the matrix is singular for all that we know. */
const SINGULAR = 1e-9;

/** Lower triangle L with L·Lᵀ = m, or null where m is not positive definite. */
function cholesky(m: Matrix): number[][] | null {
  const lower = m.map((row) => row.map(() => 0));
  for (let i = 0; i < m.length; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = m[i]![j]! - dot(lower[i]!, lower[j]!, j);
      if (i === j && !(rest > SINGULAR * Math.abs(m[i]![i]!))) return null;
      lower[i]![j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!;
    }
  }
  return lower;
}

function dot(u: readonly number[], v: readonly number[], length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += u[k]! * v[k]!;
  return sum;
}

/** Inverse of a positive definite matrix, or null where it is not. */
export function inverse(m: Matrix): number[][] | null {
  const lower = cholesky(m);
  if (lower === null) return null;
  const columns = m.map((_, i) =>
    solve(
      lower,
      m.map((_, j) => (i === j ? 1 : 0)),
    ),
  );
  return columns.every((column) => column.every(Number.isFinite)) ? columns : null;
}

function solve(lower: Matrix, right: readonly number[]): number[] {
  const half: number[] = [];
  for (let i = 0; i < right.length; i++) half.push((right[i]! - dot(lower[i]!, half, i)) / lower[i]![i]!);
  const whole = half.slice();
  for (let i = right.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < right.length; k++) whole[i] = whole[i]! - lower[k]![i]! * whole[k]!;
    whole[i] = whole[i]! / lower[i]![i]!;
  }
  return whole;
}

/** Second derivatives of a surface by central differences. */
export function hessian(surface: Surface, at: readonly number[], step = 1e-3): number[][] {
  const moved = (i: number, di: number, j: number, dj: number): number =>
    surface(at.map((v, k) => v + (k === i ? di * step : 0) + (k === j ? dj * step : 0)));
  const result = at.map(() => at.map(() => 0));
  for (let i = 0; i < at.length; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = moved(i, 1, j, 1) - moved(i, 1, j, -1) - moved(i, -1, j, 1) + moved(i, -1, j, -1);
      result[i]![j] = result[j]![i] = sum / (4 * step * step);
    }
  }
  return result;
}

/** First derivatives by central differences. */
export function gradient(surface: Surface, at: readonly number[], step = 1e-4): number[] {
  const moved = (i: number, by: number): number => surface(at.map((v, k) => v + (k === i ? by : 0)));
  return at.map((_, i) => (moved(i, step) - moved(i, -step)) / (2 * step));
}

/** gᵀ·m·g: by the delta method the variance of a quantity with gradient g under covariance m. */
export function quadraticForm(m: Matrix, g: readonly number[]): number {
  return g.reduce((sum, gi, i) => sum + gi * dot(m[i]!, g, g.length), 0);
}

/** Covariance of maximum-likelihood estimates: inverse of the negative Hessian at the top; null if not identified. */
export function covarianceAt(surface: Surface, top: readonly number[]): number[][] | null {
  return inverse(hessian(surface, top).map((row) => row.map((v) => -v)));
}
