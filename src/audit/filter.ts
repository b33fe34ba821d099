/** Which entries an officer wants to see. Members that are absent don't narrow; times in Unix milliseconds, `to` exclusive. */
export type LogFilter = {
  event?: string;
  /** The actor's id. */
  actor?: string;
  /** A pseudonym. */
  person?: string;
  purpose?: string;
  site?: string;
  from?: number;
  to?: number;
};

/** What is indexed of an entry beside its sealed payload. All null once the payload was erased. */
export type Facts = {
  event: string | null;
  actor: string | null;
  person: string | null;
  purpose: string | null;
  site: string | null;
  at: number;
};

/** The members that are compared for equality. */
export const factNames = ['event', 'actor', 'person', 'purpose', 'site'] as const;

/** Does the filter let everything through? */
export const isWhole = (filter: LogFilter): boolean => Object.values(filter).every((v) => v === undefined);

/** Whether an entry with these facts is inside the view. */
export function inView(filter: LogFilter, facts: Facts): boolean {
  if (filter.from !== undefined && facts.at < filter.from) return false;
  if (filter.to !== undefined && facts.at >= filter.to) return false;
  return factNames.every((name) => filter[name] === undefined || filter[name] === facts[name]);
}
