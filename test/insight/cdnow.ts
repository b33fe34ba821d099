import type { BgNbd } from '../../src/insight/bgnbd';
import type { GammaGamma } from '../../src/insight/gamma-gamma';

/**
 * Published figures of the CDNOW sample (2,357 customers, calibration of 39 weeks): Fader, Hardie & Lee, Marketing
 * Science 24 (2005); Fader & Hardie, note 025 (2013); the same with more digits as the tests of CLVTools print them.
 */
export const CDNOW: BgNbd = { r: 0.2425945, alpha: 4.4136019, a: 0.7929199, b: 2.4258881 };
export const CDNOW_SPEND: GammaGamma = { p: 6.2496, q: 3.7442, v: 15.4435 };

/** Parameters as the articles print them. */
export const PRINTED: BgNbd = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
export const PRINTED_SPEND: GammaGamma = { p: 6.25, q: 3.74, v: 15.44 };

/** Weeks, and expected repeat purchases of a new customer. (The article's last, 1.8576, rounds its parameters.) */
export const EXPECTED_PURCHASES = [
  [1 / 7, 0.0078],
  [1, 0.0532],
  [3, 0.1506],
  [31.857, 1.0405],
  [32, 1.0437],
  [78, 1.858],
] as const;

/** x and mean spend of the first ten customers, and their expected mean spend. */
export const EXPECTED_SPEND = [
  [2, 22.345, 24.65],
  [1, 11.77, 18.91],
  [0, 0, 35.17],
  [0, 0, 35.17],
  [0, 0, 35.17],
  [7, 73.74, 71.46],
  [1, 11.77, 18.91],
  [0, 0, 35.17],
  [2, 25.55, 27.28],
  [0, 0, 35.17],
] as const;
