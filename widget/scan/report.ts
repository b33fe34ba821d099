import type { SiteConfig } from '../../src/consent/wire';

/** When something was seen: before any choice, after "no", after "yes"; each in a fresh browser profile. */
export type Phase = 'before' | 'after_reject' | 'after_accept';

export type SeenKind = 'cookie' | 'local_storage' | 'session_storage' | 'host';

/** One cookie, stored entry or host that a page used. */
export type Seen = {
  kind: SeenKind;
  /** Name of the entry, or the host. */
  name: string;
  /** Domain of a cookie, origin of a stored entry, the host itself. */
  where: string;
  first_party: boolean;
  /** Seconds until a cookie ends, counted from the scan; 0 = session. Absent for everything else. */
  lifetime?: number;
};

/** What the register says about something that was seen. */
export type Declared = { service?: string; purposes: string[] };

export type FindingCode =
  | 'used_before_choice'
  | 'used_after_refusal'
  | 'undeclared'
  | 'lives_longer'
  | 'never_seen'
  | 'no_banner'
  | 'no_reject'
  | 'unequal_buttons'
  | 'low_contrast';

export type Finding = {
  code: FindingCode;
  /** A notice alone does not fail a build. */
  severity: 'error' | 'notice';
  phase?: Phase;
  subject: string;
  text: string;
};

/** How a button of the first layer looks, as computed by the browser. */
export type ButtonLook = {
  width: number;
  height: number;
  font_size: number;
  font_weight: string;
  /** `rgb(…)`; the background is that of the nearest ancestor that paints one. */
  color: string;
  background: string;
};

export type Buttons = { accept?: ButtonLook; reject?: ButtonLook };

export type Register = Pick<SiteConfig, 'services' | 'purposes'>;

export type ScanReport = {
  url: string;
  scanned_at: string;
  /** Where the register came from: the widget's own configuration, the caller, or nowhere. */
  register: 'widget' | 'given' | 'none';
  phases: { phase: Phase; seen: (Seen & Declared)[] }[];
  findings: Finding[];
};

/** 0: nothing found. 1: at least one error. (2, could not scan, is the caller's: `scan` throws a `ScanError`.) */
export const exitCode = (report: ScanReport): 0 | 1 => (report.findings.some((f) => f.severity === 'error') ? 1 : 0);
