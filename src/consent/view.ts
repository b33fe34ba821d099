import { sha256 } from '../platform';
import { decide } from './decide';
import { deviceModel, policyFor, type RegionPolicy, strictest } from './policy';
import type { Purpose, Rulebook, Site } from './rulebook';
import { emptyState } from './state';
import { interfaceTexts } from './texts';
import { inLanguage } from './texts-of';
import type { ConsentModel, PurposeView, SiteConfig } from './wire';

/**
 * The region's rules for a visitor. What the server found counts; what the browser says can only tighten it.
 */
export function policyOf(found: string, claimed: string | undefined, now: number): RegionPolicy {
  const server = policyFor(found, now);
  return claimed && claimed !== found ? strictest(server, policyFor(claimed, now)) : server;
}

export type NoticeText = { title: string; text: string };

/** All that the widget needs (`GET /v1/sites/{siteKey}/config`). */
export function siteConfig(i: {
  book: Rulebook;
  site: Site;
  language: string;
  notice: NoticeText;
  policy: RegionPolicy;
  now: number;
}): SiteConfig {
  const { book, site, language, policy } = i;
  const purposes = site.purposes
    .map((k) => book.purposes[k])
    .filter((p): p is Purpose => p !== undefined && !p.archived);
  const services = [...new Set(purposes.flatMap((p) => p.services))]
    .map((k) => book.services[k])
    .filter((s) => s !== undefined);
  const notice = book.notices[site.notice]!;
  const views = purposes.map((p) => purposeView(book, p, policy, language, site.languages[0]!, i.now));
  return {
    site: { key: site.key, name: site.name, languages: site.languages, cookie_domain: site.cookie_domain ?? undefined },
    controller: {
      name: book.controller.name,
      contact: book.controller.contact,
      privacy_url: book.controller.privacy_url,
    },
    notice: {
      id: notice.key,
      version: notice.version,
      language,
      ...i.notice,
      hash: notice.hashes[notice.version]![language]!,
      valid_from_version: notice.min_version,
    },
    purposes: views,
    services: services.map(({ archived, ...s }) => s),
    policy: {
      region: policy.region === '*' ? 'unknown' : policy.region,
      model: strictestModel(views.filter((v) => !v.required).map((v) => v.model)),
      gpc: policy.gpc.duty,
      gpc_display: policy.gpc.display,
      dnt: site.dnt ?? policy.dnt.effect,
      grant_days: policy.keep.grant_days ?? 365,
      reask_days: policy.keep.reask_days,
      mspa_signed: book.controller.mspa_signed === true,
    },
    texts: interfaceTexts(language).texts as unknown as Record<string, string>,
  };
}

function purposeView(
  book: Rulebook,
  p: Purpose,
  policy: RegionPolicy,
  language: string,
  fallback: string,
  now: number,
): PurposeView {
  const required = isRequired(p);
  const model = required ? 'notice_only' : modelOf(book, p, policy, now);
  return {
    key: p.key,
    name: inLanguage(p.name, language, fallback),
    text: inLanguage(p.text, language, fallback),
    basis: p.basis,
    required,
    default: required || model !== 'opt_in' ? 'granted' : 'refused',
    model,
    recipients: p.recipients,
    services: p.services,
    special_category: p.special_category,
    signals: p.signals,
    gpc: gpcRefuses(p, policy),
  };
}

/** Does an exact `Sec-GPC: 1` refuse this purpose here? */
const gpcRefuses = (p: Purpose, policy: RegionPolicy): boolean =>
  p.device !== null &&
  p.device !== 'necessary' &&
  policy.gpc.duty !== 'ignored' &&
  policy.gpc.refuses.includes(p.device);

/** How a purpose starts in a region: what `decide` says of a visitor who has said nothing yet. */
export function modelOf(book: Rulebook, p: Purpose, policy: RegionPolicy, now: number): ConsentModel {
  const fresh = decide(book, { ...emptyState(), region: policy.region }, { purpose: p.key }, now);
  if (!fresh.allowed) return 'opt_in';
  return p.device && p.device !== 'necessary' && deviceModel(policy, p.device, p.exemption) === 'notice_only'
    ? 'notice_only'
    : 'opt_out';
}

export const isRequired = (p: Purpose): boolean =>
  p.device === 'necessary' || p.basis === 'contract' || p.basis === 'legal_obligation' || p.basis === 'vital_interests';

const ORDER: readonly ConsentModel[] = ['opt_in', 'opt_out', 'notice_only'];
const strictestModel = (models: readonly ConsentModel[]): ConsentModel =>
  ORDER.find((m) => models.includes(m)) ?? 'notice_only';

/** Strong ETag of a configuration. */
export const etagOf = (config: SiteConfig): string =>
  `"${sha256(JSON.stringify(config)).toString('base64url').slice(0, 22)}"`;
