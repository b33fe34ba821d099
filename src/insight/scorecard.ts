import { ratio } from './numeric/statistics';

/** What the programme wants to reach, by when. */
export type Objective = {
  key: string;
  title: string;
  target: number;
  /** `at_least`: more is better, `at_most`: less is. */
  sense: 'at_least' | 'at_most';
  due_at: number;
  /** Latest measured value; null: never measured. */
  actual: number | null;
  /** Value at the start, against which progress is seen; null: not known. */
  baseline: number | null;
};

/** `green` met, `amber` open and not yet due, `red` due and unmet (or never measured). */
export type Light = 'green' | 'amber' | 'red';

export type ObjectiveRow = Objective & {
  light: Light;
  /** Way from baseline to target that is done, 0–1 and beyond; null where it can't be told. */
  progress: number | null;
};

export type Budget = { title: string; planned: number; actual: number };

export type Scorecard = {
  as_of: number;
  objectives: ObjectiveRow[];
  lights: { [L in Light]: number };
  budget: (Budget & { used: number | null; over: boolean })[];
  /** Staff who worked with it within the period ÷ staff who should. */
  adoption: { active: number; entitled: number; share: number | null };
};

/** The programme at a glance: objectives, budget against actual, adoption. */
export function scorecard(of: {
  objectives: readonly Objective[];
  budget: readonly Budget[];
  adoption: { active: number; entitled: number };
  now: number;
}): Scorecard {
  const objectives = of.objectives.map((objective) => ({
    ...objective,
    light: lightOf(objective, of.now),
    progress: progressOf(objective),
  }));
  const count = (light: Light): number => objectives.filter((row) => row.light === light).length;
  return {
    as_of: of.now,
    objectives,
    lights: { green: count('green'), amber: count('amber'), red: count('red') },
    budget: of.budget.map((line) => ({
      ...line,
      used: ratio(line.actual, line.planned),
      over: line.actual > line.planned,
    })),
    adoption: { ...of.adoption, share: ratio(of.adoption.active, of.adoption.entitled) },
  };
}

export function lightOf({ actual, target, sense, due_at }: Objective, now: number): Light {
  const isMet = actual !== null && (sense === 'at_least' ? actual >= target : actual <= target);
  return isMet ? 'green' : now >= due_at ? 'red' : 'amber';
}

function progressOf({ actual, baseline, target }: Objective): number | null {
  return actual === null || baseline === null ? null : ratio(actual - baseline, target - baseline);
}
