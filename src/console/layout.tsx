import type { Child } from 'hono/jsx';
import { SCRIPT_PATH, STYLE_PATH } from './assets';
import { Icon, type IconName, Mark } from './icons';
import type { Markup } from './page';
import { Csrf } from './parts';
import type { Right } from './roles';
import type { Language, Texts } from './texts';
import type { View } from './view';

export type Section = IconName;

/** The nine screens, and who sees each. */
const SECTIONS: readonly { name: Section; path: string; right: Right }[] = [
  { name: 'today', path: '/console', right: 'see' },
  { name: 'consents', path: '/console/consents', right: 'consents' },
  { name: 'requests', path: '/console/requests', right: 'requests' },
  { name: 'purposes', path: '/console/purposes', right: 'see' },
  { name: 'notices', path: '/console/notices', right: 'see' },
  { name: 'reports', path: '/console/reports', right: 'report' },
  { name: 'audit', path: '/console/audit', right: 'audit' },
  { name: 'connections', path: '/console/connections', right: 'connections' },
  { name: 'settings', path: '/console/settings', right: 'settings' },
];

const Head = ({ title, language, zone }: { title: string; language: Language; zone: string }): Markup => (
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>{`${title} · Avow`}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href={STYLE_PATH} />
    <script src={SCRIPT_PATH} defer />
    <meta name="avow-zone" content={zone} data-language={language} />
  </head>
);

function Navigation({ v, at }: { v: View; at: Section }): Markup {
  return (
    <nav aria-label={v.t.common.navigation}>
      <ul>
        {SECTIONS.filter((s) => v.may(s.right)).map((s) => (
          <li>
            <a href={s.path} aria-current={s.name === at ? 'page' : undefined}>
              <Icon name={s.name} />
              {v.t.nav[s.name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const Who = ({ v }: { v: View }): Markup => (
  <div class="who">
    <div>
      <span class="soft">{v.t.common.signed_in_as}</span>
      <strong>{v.t.role[v.role]}</strong>
    </div>
    <form method="post" action="/console/sign-out">
      <Csrf v={v} />
      <button class="button small" type="submit">
        {v.t.common.sign_out}
      </button>
    </form>
  </div>
);

const Brand = (): Markup => (
  <a class="brand" href="/console">
    <Mark />
    Avow
  </a>
);

function Keys({ t }: { t: Texts }): Markup {
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <div class="stack">
        <h2 id="keys-title">{t.keys.title}</h2>
        <dl class="facts">
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>{t.keys.search}</dd>
          <dt>
            <kbd>j</kbd> <kbd>k</kbd>
          </dt>
          <dd>{t.keys.move}</dd>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{t.keys.help}</dd>
        </dl>
        <form method="dialog">
          <button class="button" type="submit">
            {t.keys.close}
          </button>
        </form>
      </div>
    </dialog>
  );
}

const DoneNote = ({ v }: { v: View }): Markup | null => {
  const text = v.done && Object.hasOwn(v.t.done, v.done) ? v.t.done[v.done as keyof Texts['done']] : undefined;
  return text ? (
    <div class="note good" role="status">
      <p>{text}</p>
    </div>
  ) : null;
};

type LayoutProps = {
  v: View;
  at: Section;
  title: string;
  /** One sentence under the title. */
  lead?: Child;
  /** The way back up: label and path. */
  up?: { label: string; href: string };
  /** Buttons beside the title. */
  actions?: Child;
  children?: Child;
};

/** The frame of every page of a signed-in member of staff. */
export function Layout({ v, at, title, lead, up, actions, children }: LayoutProps): Markup {
  return (
    <html lang={v.language} data-zone={v.zone}>
      <Head title={title} language={v.language} zone={v.zone} />
      <body>
        <a class="skip" href="#main">
          {v.t.common.skip}
        </a>
        <div class="app">
          <div class="side">
            <div class="bar">
              <Brand />
            </div>
            <Navigation v={v} at={at} />
            <Who v={v} />
            <details class="menu">
              <summary class="button small">{v.t.common.menu}</summary>
              <Navigation v={v} at={at} />
              <Who v={v} />
            </details>
          </div>
          <main id="main" tabindex={-1}>
            <div class="head">
              <div>
                {up ? (
                  <p class="trail">
                    <a href={up.href}>{`← ${up.label}`}</a>
                  </p>
                ) : null}
                <h1>{title}</h1>
                {lead ? <p>{lead}</p> : null}
              </div>
              {actions ? <div class="row noprint">{actions}</div> : null}
            </div>
            <DoneNote v={v} />
            {children}
          </main>
        </div>
        <p id="live" class="hidden" role="status" />
        <Keys t={v.t} />
      </body>
    </html>
  );
}

/** The frame of a page for somebody who isn't signed in, or of an error. */
export const Lone = ({
  language,
  title,
  children,
}: {
  language: Language;
  title: string;
  children?: Child;
}): Markup => (
  <html lang={language}>
    <Head title={title} language={language} zone="UTC" />
    <body class="lone">
      <main id="main">
        <div class="card">
          <Brand />
          <h1>{title}</h1>
          {children}
        </div>
      </main>
    </body>
  </html>
);
