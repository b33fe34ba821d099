/**
 * Shapes that travel between the server, the widget and its integrators. Types only: the widget may import this file
 * with `import type` and nothing else of the server.
 */

/** What a person answers for one purpose. Stored and spoken of in exactly these words. */
export type Choice = 'granted' | 'refused' | 'withdrawn';

/** GDPR Art. 6(1) a–f. */
export type Basis =
  | 'consent'
  | 'contract'
  | 'legal_obligation'
  | 'vital_interests'
  | 'public_interest'
  | 'legitimate_interests';

/** How a region lets a purpose start: asked first, on until objected, or only told about. */
export type ConsentModel = 'opt_in' | 'opt_out' | 'notice_only';

/** Who or what made the choice. A site key may use the first four, and `dnt`. */
export type Method = 'accept_all' | 'reject_all' | 'custom' | 'gpc' | 'dnt' | 'api' | 'import' | 'staff';

/** Something stored on a device: a cookie, or an entry of local or session storage. */
export type StorageItem = {
  kind: 'cookie' | 'local_storage' | 'session_storage';
  /** Exact name, or a prefix when it ends in `*`. */
  name: string;
  /** Seconds; 0 = session. */
  lifetime: number;
  domain?: string;
};

/** A vendor's service as the site's register declares it. */
export type ServiceView = {
  key: string;
  name: string;
  vendor: string;
  country: string;
  privacy_url?: string;
  hosts: string[];
  storage: StorageItem[];
};

export type PurposeView = {
  key: string;
  name: string;
  text: string;
  basis: Basis;
  /** True: no choice is offered (necessary to the service that was asked for). */
  required: boolean;
  /** What holds before any choice in this region. */
  default: 'granted' | 'refused';
  model: ConsentModel;
  recipients: string[];
  /** Keys of `services`. */
  services: string[];
  special_category: boolean;
  /** Google Consent Mode v2 signals etc. that follow this purpose, e.g. `analytics_storage`. */
  signals: string[];
  /** Does an opt-out signal of the browser (GPC) concern it? Absent: yes, unless it is required. */
  gpc?: boolean;
};

/** `GET /v1/sites/{siteKey}/config?lang=&region=` */
export type SiteConfig = {
  site: { key: string; name: string; languages: string[]; cookie_domain?: string };
  controller: { name: string; contact?: string; privacy_url?: string };
  notice: {
    id: string;
    version: number;
    language: string;
    title: string;
    text: string;
    hash: string;
    /** Acts made under this version or a later one still count. Absent: only those of `version` itself. */
    valid_from_version?: number;
  };
  purposes: PurposeView[];
  services: ServiceView[];
  policy: {
    /** ISO 3166 code, or `unknown`: then the strictest rule holds. */
    region: string;
    model: ConsentModel;
    /** Does the region oblige the site to honour Global Privacy Control? */
    gpc: 'required' | 'honoured' | 'ignored';
    /** Must the site show that the signal was honoured (11 CCR 7025(c)(6))? */
    gpc_display: boolean;
    dnt: 'ignored' | 'as_gpc';
    /** Days after which a grant on a device lapses, and after which a refusal may be asked again. */
    grant_days: number;
    reask_days: number;
    mspa_signed: boolean;
  };
  /** The widget's own interface texts, in `notice.language`. Never the notice. */
  texts: Record<string, string>;
};

/** Body of `POST /v1/consents` as the widget sends it (as text/plain, keepalive). */
export type ConsentBody = {
  site: string;
  /** Made by the widget: `v_` and 128 random bits in base64url. */
  visitor?: string;
  /** Idempotency key where a header would cost a preflight. */
  key?: string;
  subject_token?: string;
  page_token?: string;
  notice: { id: string; version: number; language: string };
  choices: Record<string, Choice>;
  method: Method;
  subject?: { type: string; id: string };
  /** Since when the choice stands on the device, if it was queued offline; never the record's time. */
  queued_seconds?: number;
  region?: string;
  signals?: { gpc?: boolean; dnt?: boolean };
  evidence?: { when: string; how: string; wording: string; by: string };
};

export type PurposeState = { status: Choice | 'expired' | 'never_asked' | 'requested'; valid_until: string | null };

/** 201 of `POST /v1/consents`. */
export type ConsentAnswer = {
  person: string;
  revision: string;
  record: string;
  state: Record<string, PurposeState>;
  /** Compact JWS, EdDSA; keys at `/.well-known/jwks.json`. */
  receipt: string;
  subject_token: string;
  /** Compact JWS of the state, small enough for a cookie that a backend checks offline with the JWKS. */
  cookie?: string;
};

/** `POST /v1/sites/{siteKey}/page-token` */
export type PageToken = { page_token: string; expires_at: string };
