/**
 * What a page sees of the widget. Types only and without imports: the build ships this file as `v1.d.ts`.
 */

/** Told to every listener: once when the widget is ready, then after each change. */
export type ConsentChange = {
  /** Every purpose of the site, and whether it may be pursued now. */
  allowed: Record<string, boolean>;
  /** Purposes that became allowed, or stopped being allowed, by this change. */
  gained: string[];
  lost: string[];
  /** Has the person, or their browser's signal, chosen at all? */
  decided: boolean;
  /** Who or what chose; `stored` when an earlier choice was read back or came from another tab. */
  method: 'accept_all' | 'reject_all' | 'custom' | 'gpc' | 'dnt' | 'stored';
};

/** What the server said about the site, as far as other scripts need it. */
export type SiteView = {
  purposes: {
    key: string;
    name: string;
    required: boolean;
    default: 'granted' | 'refused';
    model: 'opt_in' | 'opt_out' | 'notice_only';
    signals: string[];
  }[];
  policy: { region: string; model: 'opt_in' | 'opt_out' | 'notice_only'; mspa_signed: boolean };
};

/** `window.avow`. There is deliberately no call that grants: only the person's own act does. */
export interface Avow {
  /** May this purpose be pursued now? False until the configuration is known, and for an unknown purpose. */
  allows(purpose: string): boolean;
  /** Calls back when ready and after each change; returns the function that ends it. */
  onChange(listener: (change: ConsentChange) => void): () => void;
  /** Opens the preferences. */
  open(): void;
  /** Withdraws the purposes named, or all that are not required. */
  withdraw(...purposes: string[]): void;
  /** Runs the callback as soon as the widget is ready; the same call works on a plain array before it loads. */
  push(callback: (avow: Avow) => void): void;
  /** Known from the first call of a listener on. */
  readonly config?: SiteView;
  /** Settles once the configuration is known and every gate has been decided. */
  readonly ready: Promise<Avow>;
}

/** The attributes of the script tag (`data-site`, …), or the argument of `start` in the module build. */
export type StartOptions = {
  /** Public site key, `pk_…`. */
  site: string;
  /** Origin of the API; by default that of the script. */
  api?: string;
  /** BCP 47; by default the page's `lang`, then the browser's. */
  lang?: string;
  /** ISO 3166 code. Can only tighten what the server finds out. */
  region?: string;
  /** Where the banner stands. */
  position?: 'bottom' | 'top' | 'start' | 'end' | 'center';
  theme?: 'auto' | 'light' | 'dark';
  /** Address of an image shown above the title. */
  logo?: string;
  /** `open` puts the interface in a shadow root. Tools that answer banners for people then no longer see it. */
  shadow?: 'open';
  /** `off` leaves the lasting entry to a link of the page: any element with `data-avow-open`. */
  entry?: 'off';
  /** `off` keeps the page after a withdrawal, although scripts that ran cannot be stopped without a new load. */
  reload?: 'off';
};

declare global {
  interface Window {
    avow?: Avow | ((avow: Avow) => void)[];
  }
}
