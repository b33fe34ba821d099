import { contrast, sameColour } from './contrast';
import { type LintCode, PHRASES, SOURCES, WARNINGS } from './lint-rules';
import type { Basis, ConsentModel } from './wire';

export { contrast, type LintCode };

/** Checks a notice before it is published. An error blocks publishing unless an officer overrides it with a reason. */

/** What a button does. `close` is an X or Escape; `later` postpones. */
export type ButtonAction = 'accept_all' | 'reject_all' | 'save' | 'manage' | 'close' | 'later' | 'link';

/** Sizes in CSS pixels, colours as `#rgb`, `#rrggbb` or `rgb(r, g, b)`. */
export type ButtonStyle = {
  color: string;
  background: string;
  border: string;
  font_size: number;
  font_weight: number;
  width: number;
  height: number;
};

export type DesignedButton = { action: ButtonAction; layer: 1 | 2; label: Record<string, string>; style: ButtonStyle };

export type DesignedText = {
  name: string;
  color: string;
  background: string;
  /** `text`: 4.5 : 1 (WCAG 1.4.3); `large` (24 px, or 18.7 px bold) and `control` (1.4.11): 3 : 1. */
  kind: 'text' | 'large' | 'control';
};

export type LintedPurpose = {
  key: string;
  basis: Basis;
  model: ConsentModel;
  required: boolean;
  special_category: boolean;
  /** State of the switch before the person has touched it. */
  preset: boolean;
  name: Record<string, string>;
  text: Record<string, string>;
  recipients: readonly string[];
  services: readonly string[];
};

export type LintInput = {
  languages: readonly string[];
  controller: { name: string; contact?: string };
  purposes: readonly LintedPurpose[];
  /** First layer's text, per language. */
  text: Record<string, string>;
  buttons: readonly DesignedButton[];
  colours: readonly DesignedText[];
  /** What closing without a choice does. */
  closing: 'refuses' | 'leaves_off' | 'accepts';
  /** Is the page unusable until a choice is made? */
  wall: boolean;
  /** Is there a countdown, or does the notice go away as a yes? */
  countdown: boolean;
  /** Steps from any page: to give everything, to withdraw everything. */
  steps: { grant: number; withdraw: number };
  /** Does the first layer say that consent can be withdrawn, per language? */
  says_withdrawal: Record<string, boolean>;
  /** Ratio that text must reach; 5 where TCF strings are made. Default 4.5. */
  min_contrast?: number;
};

export type Finding = {
  code: LintCode;
  severity: 'error' | 'warning';
  /** Where, as a path into the input: `purposes.analytics.text.de`. */
  path: string;
  message: string;
  source: string;
};

type Found = Omit<Finding, 'severity' | 'source'>;
type Check = (input: LintInput) => Found[];

const filled = (text: string | undefined): boolean => (text ?? '').trim().length > 0;
const found = (code: LintCode, path: string, message: string): Found => ({ code, path, message });
const on = (condition: boolean, code: LintCode, path: string, message: string): Found[] =>
  condition ? [found(code, path, message)] : [];

const firstLayer = (input: LintInput, action: ButtonAction): DesignedButton | undefined =>
  input.buttons.find((b) => b.action === action && b.layer === 1);

/** Purposes that a person can say yes or no to. */
const choices = (input: LintInput): LintedPurpose[] => input.purposes.filter((p) => !p.required);
const asksFirst = (input: LintInput): boolean => choices(input).some((p) => p.model === 'opt_in');

const refusal: Check = (input) => {
  if (choices(input).length === 0 || firstLayer(input, 'reject_all')) return [];
  if (!asksFirst(input) && !firstLayer(input, 'accept_all')) return [];
  const deeper = input.buttons.some((b) => b.action === 'reject_all');
  return deeper
    ? [found('refuse_hidden', 'buttons', 'Refusing everything is only possible on the second layer')]
    : [found('refuse_missing', 'buttons', 'There is no button that refuses everything')];
};

/** Differences of up to this share are rendering, not design. */
const TOLERANCE = 0.1;
const near = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE * Math.max(a, b);

/** How much a button stands out: of its label against itself, of itself against the page's other button. */
function differences(a: ButtonStyle, b: ButtonStyle): string[] {
  const ratios = [contrast(a.color, a.background), contrast(b.color, b.background)];
  const [ra, rb] = ratios.map((r) => r ?? 0) as [number, number];
  return [
    !near(a.font_size, b.font_size) && 'font size',
    a.font_weight !== b.font_weight && 'font weight',
    !near(a.height, b.height) && 'height',
    // Labels differ in length; half as wide is no longer the label.
    Math.min(a.width, b.width) < 0.5 * Math.max(a.width, b.width) && 'width',
    Math.min(ra, rb) < 4.5 && Math.max(ra, rb) >= 4.5 && 'readability',
    sameColour(a.background, b.background) ? false : 'background',
    sameColour(a.border, b.border) ? false : 'border',
  ].filter((d): d is string => d !== false);
}

const weight: Check = (input) => {
  const [yes, no] = [firstLayer(input, 'accept_all'), firstLayer(input, 'reject_all')];
  if (!yes || !no) return [];
  const unlike = differences(yes.style, no.style);
  return on(unlike.length > 0, 'unequal_weight', 'buttons', `Accept and refuse differ in ${unlike.join(', ')}`);
};

const labels: Check = (input) => {
  const [yes, no] = [firstLayer(input, 'accept_all'), firstLayer(input, 'reject_all')];
  return input.languages.flatMap((language) => {
    const [a, b] = [yes?.label[language]?.trim().length ?? 0, no?.label[language]?.trim().length ?? 0];
    const lopsided = a > 0 && b > 3 * a;
    return on(lopsided, 'unequal_label', `buttons.reject_all.label.${language}`, 'The refusal needs many more words');
  });
};

const postponing: Check = (input) =>
  on(
    firstLayer(input, 'later') !== undefined && firstLayer(input, 'reject_all') === undefined,
    'later_without_refuse',
    'buttons',
    '“Later” is offered where a no is not',
  );

const preset: Check = (input) =>
  choices(input)
    .filter((p) => p.preset && (p.model === 'opt_in' || p.special_category))
    .map((p) => found('preticked', `purposes.${p.key}.preset`, `“${p.key}” is on before anybody chose it`));

const pressure: Check = (input) => [
  ...on(input.closing === 'accepts', 'closing_accepts', 'closing', 'Closing the notice counts as a yes'),
  ...on(input.wall, 'wall', 'wall', 'The page can’t be used without a choice'),
  ...on(input.countdown, 'countdown', 'countdown', 'The notice works with a countdown'),
];

const withdrawal: Check = (input) => [
  ...on(
    input.steps.withdraw > input.steps.grant,
    'withdrawal_harder',
    'steps',
    `Withdrawing takes ${input.steps.withdraw} steps, granting ${input.steps.grant}`,
  ),
  ...input.languages
    .filter((language) => asksFirst(input) && !input.says_withdrawal[language])
    .map((l) =>
      found('withdrawal_unsaid', `says_withdrawal.${l}`, 'The first layer doesn’t say that consent can be withdrawn'),
    ),
];

const controller: Check = ({ controller: c }) => [
  ...on(!filled(c.name), 'controller_unnamed', 'controller.name', 'The controller isn’t named'),
  ...on(!filled(c.contact), 'controller_uncontactable', 'controller.contact', 'The controller has no contact'),
];

function purpose(p: LintedPurpose, languages: readonly string[]): Found[] {
  const at = `purposes.${p.key}`;
  const texts = languages.flatMap((language) => [
    ...on(!filled(p.name[language]), 'purpose_unnamed', `${at}.name.${language}`, `“${p.key}” has no name`),
    ...on(
      wordsOf(p.text[language]).length < 4,
      'purpose_unexplained',
      `${at}.text.${language}`,
      `“${p.key}” isn’t explained`,
    ),
  ]);
  const unnamed = p.recipients.some((r) => !filled(r)) || (p.services.length > 0 && p.recipients.length === 0);
  return [...texts, ...on(unnamed, 'recipients_unnamed', `${at}.recipients`, `“${p.key}” hides who receives the data`)];
}

const purposes: Check = (input) => [
  ...on(input.purposes.length === 0, 'no_purposes', 'purposes', 'The notice names no purpose'),
  ...input.purposes.flatMap((p) => purpose(p, input.languages)),
  ...input.purposes
    .filter((p) => p.special_category && p.basis === 'consent' && p.required)
    .map((p) => found('special_not_separate', `purposes.${p.key}`, `“${p.key}” needs an explicit choice of its own`)),
];

const presence: Check = (input) =>
  input.languages.flatMap((language) => [
    ...on(!filled(input.text[language]), 'text_missing', `text.${language}`, 'The first layer has no text'),
    ...input.buttons
      .filter((b) => !filled(b.label[language]))
      .map((b) => found('text_missing', `buttons.${b.action}.label.${language}`, 'The button has no label')),
  ]);

/** AA for text; 3 : 1 for large text and for controls. */
const TEXT_CONTRAST = 4.5;
const LARGE_CONTRAST = 3;

function readable(text: DesignedText, minimum: number): Found[] {
  const needed = text.kind === 'text' ? minimum : LARGE_CONTRAST;
  const ratio = contrast(text.color, text.background);
  const path = `colours.${text.name}`;
  if (ratio === null)
    return [found('colour_unreadable', path, `${text.color} on ${text.background} can’t be computed`)];
  const written = (Math.floor(ratio * 100) / 100).toFixed(2);
  return on(ratio < needed, 'contrast_low', path, `${text.name} has ${written} : 1 and needs ${needed} : 1`);
}

const colours: Check = (input) => {
  const buttons = input.buttons.map(({ action, layer, style }): DesignedText => {
    return { name: `buttons.${action}.${layer}`, color: style.color, background: style.background, kind: 'text' };
  });
  return [...input.colours, ...buttons].flatMap((text) => readable(text, input.min_contrast ?? TEXT_CONTRAST));
};

/** WCAG 2.5.8: at least 24 × 24 CSS pixels. */
const TARGET = 24;
const targets: Check = (input) =>
  input.buttons
    .filter(({ style }) => Math.min(style.width, style.height) < TARGET)
    .map((b) =>
      found(
        'target_small',
        `buttons.${b.action}.${b.layer}`,
        `The button is smaller than ${TARGET} × ${TARGET} pixels`,
      ),
    );

const plain = (text: string): string => text.toLowerCase().normalize('NFC').replaceAll('’', "'");
const wordsOf = (text: string | undefined): string[] => (text ?? '').split(/[^\p{L}\p{N}'’-]+/u).filter(Boolean);
/** Average above this many words a sentence, or one sentence above twice as many, is hard to read. */
const SENTENCE_WORDS = 25;

function longSentences(text: string): boolean {
  const lengths = text
    .split(/[.!?…。]+(?:\s|$)/u)
    .map((s) => wordsOf(s).length)
    .filter((n) => n > 0);
  const mean = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, lengths.length);
  return mean > SENTENCE_WORDS || Math.max(0, ...lengths) > 2 * SENTENCE_WORDS;
}

function worded(text: string, language: string, path: string): Found[] {
  const phrases = PHRASES[language.slice(0, 2).toLowerCase()];
  const said = plain(text);
  const hits = (list: readonly string[] = [], code: LintCode, why: string): Found[] =>
    list.filter((phrase) => said.includes(phrase)).map((phrase) => found(code, path, `“${phrase}” ${why}`));
  return [
    ...hits(phrases?.pressing, 'wording_pressing', 'presses the reader'),
    ...hits(phrases?.implied, 'wording_implied', 'takes going on for a yes'),
    ...hits(phrases?.vague, 'wording_vague', 'says too little'),
    ...on(longSentences(text), 'wording_long', path, 'The sentences are too long to be understood at once'),
  ];
}

const wording: Check = (input) =>
  input.languages.flatMap((language) => [
    ...worded(input.text[language] ?? '', language, `text.${language}`),
    ...input.purposes.flatMap((p) => worded(p.text[language] ?? '', language, `purposes.${p.key}.text.${language}`)),
    ...input.buttons.flatMap((b) => worded(b.label[language] ?? '', language, `buttons.${b.action}.label.${language}`)),
  ]);

const CHECKS: readonly Check[] = [
  refusal,
  weight,
  labels,
  postponing,
  preset,
  pressure,
  withdrawal,
  controller,
  purposes,
  presence,
  colours,
  targets,
  wording,
];

/** Everything that is wrong with a notice, errors first. */
export function lintNotice(input: LintInput): Finding[] {
  const findings = CHECKS.flatMap((check) => check(input)).map((f): Finding => {
    return { ...f, severity: WARNINGS.has(f.code) ? 'warning' : 'error', source: SOURCES[f.code] };
  });
  return findings.sort((a, b) => a.severity.localeCompare(b.severity));
}

/** May it be published without an officer's override? */
export const publishable = (findings: readonly Finding[]): boolean => findings.every((f) => f.severity !== 'error');
