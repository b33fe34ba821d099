import {
  type Finding,
  interfaceTexts,
  isRequired,
  type LintInput,
  lintNotice,
  modelOf,
  policyFor,
  type Rulebook,
  type Site,
} from '../consent';

/**
 * The widget as it is built: black on white (the system's colours unless a site sets its own), both answers alike, 44 px
 * high. What varies from notice to notice is its words and its purposes, and those are what the linter gets to judge.
 */
const BUTTON = {
  color: '#ffffff',
  background: '#000000',
  border: '#000000',
  font_size: 16,
  font_weight: 600,
  width: 160,
  height: 44,
} as const;

const ACTIONS = [
  { action: 'accept_all', text: 'accept_all' },
  { action: 'reject_all', text: 'reject_all' },
  { action: 'manage', text: 'choose' },
] as const;

const byLanguage = (languages: readonly string[], of: (language: string) => string): Record<string, string> =>
  Object.fromEntries(languages.map((l) => [l, of(l)]));

type Texts = Readonly<Record<string, { title: string; text: string }>>;

/** A draft on a site, as the linter sees it, under the rule that asks first (the strictest). */
function inputOf(book: Rulebook, site: Site, texts: Texts, now: number): LintInput {
  const { languages } = site;
  const words = (l: string) => interfaceTexts(l).texts as unknown as Record<string, string>;
  const policy = policyFor('unknown', now);
  const purposes = site.purposes.map((key) => book.purposes[key]).filter((p) => p !== undefined && !p.archived);
  return {
    languages,
    controller: { name: book.controller.name, contact: book.controller.contact },
    purposes: purposes.map((p) => ({
      key: p!.key,
      basis: p!.basis,
      model: isRequired(p!) ? 'notice_only' : modelOf(book, p!, policy, now),
      required: isRequired(p!),
      special_category: p!.special_category,
      preset: isRequired(p!),
      name: { ...p!.name },
      text: { ...p!.text },
      recipients: p!.recipients,
      services: p!.services,
    })),
    text: byLanguage(languages, (l) => texts[l]?.text ?? ''),
    buttons: ACTIONS.map(({ action, text }) => ({
      action,
      layer: 1,
      label: byLanguage(languages, (l) => words(l)[text] ?? ''),
      style: BUTTON,
    })),
    colours: [{ name: 'notice', color: '#000000', background: '#ffffff', kind: 'text' }],
    closing: 'leaves_off',
    wall: false,
    countdown: false,
    // By the lasting entry on every page, a yes and a no are equally far.
    steps: { grant: 2, withdraw: 2 },
    says_withdrawal: Object.fromEntries(languages.map((l) => [l, (words(l).change_any_time ?? '') !== ''])),
  };
}

/** What is wrong with a draft on the sites that would show it, errors first, each thing once. */
export function lintDraft(book: Rulebook, notice: string, texts: Texts, now: number): Finding[] {
  const sites = Object.values(book.sites).filter((s) => s.notice === notice && !s.archived);
  const found = sites.flatMap((site) => lintNotice(inputOf(book, site, texts, now)));
  const once = new Map(found.map((f) => [`${f.code} ${f.path}`, f]));
  return [...once.values()].sort((a, b) => a.severity.localeCompare(b.severity));
}
