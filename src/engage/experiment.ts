import { createHash } from 'node:crypto';

export type Arm = 'treated' | 'control';

/**
 * Puts a person into an arm, the same one each time, in every unit and vault, without storing anything. `share` of people
 * are held out; a larger share keeps everybody who was held out before.
 */
export function armOf({ experiment, person, share }: { experiment: string; person: string; share: number }): Arm {
  const hash = createHash('sha256')
    .update(JSON.stringify([experiment, person]))
    .digest();
  return hash.readUIntBE(0, 6) / 2 ** 48 < share ? 'control' : 'treated';
}

/** Margin of the people of one arm, in sums that add up over vaults. */
export type Outcome = { n: number; sum: number; squares: number };

export function outcomeOf(margins: readonly number[]): Outcome {
  const sum = margins.reduce((total, margin) => total + margin, 0);
  return { n: margins.length, sum, squares: margins.reduce((total, margin) => total + margin * margin, 0) };
}

export function mergeOutcomes(parts: readonly Outcome[]): Outcome {
  const sum = (by: keyof Outcome): number => parts.reduce((total, part) => total + part[by], 0);
  return { n: sum('n'), sum: sum('sum'), squares: sum('squares') };
}

export type CampaignResult =
  | {
      /** Against the control group: what the campaign caused. */
      kind: 'incremental';
      margin: number;
      /** 95 %; a range that holds 0 shows no effect. */
      interval: [number, number];
      cost: number;
      /** (margin − cost) ÷ cost; null where it cost nothing. */
      roi: number | null;
      roi_interval: [number, number] | null;
      treated: number;
      control: number;
      /** False: the arms are not of the sizes that the share makes likely, so something chose between them. */
      balanced: boolean;
    }
  | {
      /** No control group: margin of the people reached, whatever caused it. Never call it a return. */
      kind: 'attributed';
      because: 'no_control_group' | 'control_too_small';
      margin: number;
      cost: number;
      treated: number;
    };

/** A control group of fewer people tells nothing. */
export const SMALLEST_CONTROL = 30;

const Z95 = 1.959963984540054;

/** Everybody who was assigned counts, reached or not: what the recipients alone spent says nothing of the cause. */
export function campaignResult(of: {
  treated: Outcome;
  control: Outcome;
  /** Share that was to be held out. */
  share: number;
  cost: number;
}): CampaignResult {
  const { treated, control, share, cost } = of;
  if (control.n < SMALLEST_CONTROL || treated.n < 2) {
    const because = control.n === 0 ? 'no_control_group' : 'control_too_small';
    return { kind: 'attributed', because, margin: treated.sum, cost, treated: treated.n };
  }
  const margin = (treated.sum / treated.n - control.sum / control.n) * treated.n;
  const half = Z95 * treated.n * Math.sqrt(varianceOf(treated) / treated.n + varianceOf(control) / control.n);
  const roi = (value: number): number => (value - cost) / cost;
  return {
    kind: 'incremental',
    margin,
    interval: [margin - half, margin + half],
    cost,
    roi: cost > 0 ? roi(margin) : null,
    roi_interval: cost > 0 ? [roi(margin - half), roi(margin + half)] : null,
    treated: treated.n,
    control: control.n,
    balanced: isBalanced(treated.n, control.n, share),
  };
}

const varianceOf = ({ n, sum, squares }: Outcome): number => Math.max(0, (squares - (sum * sum) / n) / (n - 1));

/** Four deviations: one honest experiment in about 16,000 looks worse. */
function isBalanced(treated: number, control: number, share: number): boolean {
  const n = treated + control;
  return Math.abs(control - n * share) <= 4 * Math.sqrt(n * share * (1 - share));
}
