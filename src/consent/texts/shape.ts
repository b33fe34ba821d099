/** Everything that the widget's interface says. The notice is never here: its text comes from the version published. */
export type InterfaceTexts = {
  /** Direction of the script. */
  dir: 'ltr' | 'rtl';
  accept_all: string;
  reject_all: string;
  choose: string;
  save: string;
  close: string;
  /** Title of the second layer. */
  preferences: string;
  /** The lasting entry on each page. */
  entry: string;
  /** Beside a purpose that can't be switched off. */
  always_on: string;
  /** Beside a purpose on special categories of data (GDPR Art. 9): a statement of its own. */
  explicit: string;
  controller: string;
  purposes: string;
  recipients: string;
  /** Unfolds services, recipients and stored items of a purpose. */
  details: string;
  /** Lifetime of an item that ends with the browser session. */
  session: string;
  privacy_notice: string;
  change_any_time: string;
  /** Shown where a browser signal was obeyed (11 CCR 7025(c)(6)). */
  gpc_honoured: string;
  /** Placeholder of an embed: `{service}`, `{purpose}`. */
  blocked: string;
  load_once: string;
  always_allow: string;
  saved: string;
};

/** One language of the catalogue. A draft was not checked by a native speaker. */
export type Language = { draft: boolean; texts: InterfaceTexts };
