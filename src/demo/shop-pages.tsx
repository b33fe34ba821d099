/** The shop's pages. */
import type { Child } from 'hono/jsx';
import type { Language, Product, Space } from './seed-types';
import { PIXELS } from './shop-scripts';
import { money, TEXTS } from './shop-texts';

/** What every page needs to know. */
export type Frame = {
  lang: Language;
  /** Path behind the language, for the link to the other one. */
  path: string;
  api: string;
  siteKey: string;
  writeKey: string;
  brand: string;
  basket: number;
  /** Given name of who is signed in. */
  hello: string | null;
  /** Signed in, but no choice of this device is tied to the account yet. */
  linkable: boolean;
};

/** Every page: the widget's tag, the shop's own script, and three vendors' scripts that wait for their purpose. */
export function Page({ frame, title, children }: { frame: Frame; title: string; children: Child }) {
  const { lang, api, siteKey, writeKey } = frame;
  return (
    <html
      lang={lang}
      data-api={api}
      data-site-key={siteKey}
      data-write-key={writeKey}
      data-linkable={frame.linkable ? 'yes' : undefined}
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${frame.brand}`}</title>
        <meta name="description" content={TEXTS[lang].tagline} />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/shop.css" />
        <script src={`${api}/widget/v1.js`} data-site={siteKey} data-entry="off" async />
        <script src="/shop.js" defer />
        {PIXELS.map((pixel) => (
          <script type="text/plain" data-purpose={pixel.purpose} src={`/pixel/${pixel.key}.js`} />
        ))}
      </head>
      <body>
        <Top frame={frame} />
        {children}
        <Foot frame={frame} />
      </body>
    </html>
  );
}

function Top({ frame }: { frame: Frame }) {
  const t = TEXTS[frame.lang];
  const other = frame.lang === 'de' ? 'en' : 'de';
  return (
    <header class="top">
      <div class="wrap">
        <a class="brand" href={`/${frame.lang}`}>
          <img src="/favicon.svg" alt="" />
          {frame.brand}
        </a>
        <nav aria-label={frame.brand}>
          {frame.hello ? (
            <form method="post" action={`/${frame.lang}/sign-out`}>
              {t.hello}, {frame.hello}{' '}
              <button class="plain" type="submit">
                {t.sign_out}
              </button>
            </form>
          ) : (
            <a href={`/${frame.lang}/sign-in`}>{t.sign_in}</a>
          )}
          <a href={`/${frame.lang}/basket`}>
            {t.basket} {frame.basket > 0 && <span class="count">{frame.basket}</span>}
          </a>
          <a href={`/${other}${frame.path}`} lang={other} hreflang={other}>
            {t.other_language}
          </a>
        </nav>
      </div>
    </header>
  );
}

function Foot({ frame }: { frame: Frame }) {
  const t = TEXTS[frame.lang];
  return (
    <footer class="foot">
      <div class="wrap">
        <span>Otterbound Books Ltd · {t.tagline}</span>
        <a href={`/${frame.lang}/loaded`}>{t.loaded}</a>
        <a href={`/${frame.lang}/privacy`}>{t.privacy}</a>
        <button class="plain" type="button" data-avow-open>
          {t.choices}
        </button>
      </div>
    </footer>
  );
}

function Card({ product, lang }: { product: Product; lang: Language }) {
  return (
    <li>
      <a class="card" href={`/${lang}/p/${product.key}`}>
        <img src={`/art/${lang}/${product.key}.svg`} alt="" width={300} height={400} loading="lazy" />
        <span class="about">
          <strong>{product.name[lang]}</strong>
          <span class="by">{product.by}</span>
          <span class="price">{money(product.price, lang)}</span>
        </span>
      </a>
    </li>
  );
}

type HomeProps = { frame: Frame; products: Product[]; hero: Product[]; spaces: Space[]; space: string | null };

export function Home({ frame, products, hero, spaces, space }: HomeProps) {
  const { lang } = frame;
  const t = TEXTS[lang];
  return (
    <Page frame={frame} title={t.tagline}>
      <div class="hero">
        <div class="wrap">
          <div>
            <h1>{t.hero}</h1>
            <p>{t.lead}</p>
          </div>
          <div class="stack" aria-hidden="true">
            {hero.map((product) => (
              <img src={`/art/${lang}/${product.key}.svg`} alt="" width={300} height={400} />
            ))}
          </div>
        </div>
      </div>
      <main class="wrap">
        <nav aria-label={t.filter}>
          <ul class="needs">
            <li>
              <a href={`/${lang}`} aria-current={space === null ? 'true' : undefined}>
                {t.all}
              </a>
            </li>
            {spaces.map((one) => (
              <li>
                <a href={`/${lang}?need=${one.key}`} aria-current={space === one.key ? 'true' : undefined}>
                  {one.name[lang]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <ul class="grid">
          {products.map((product) => (
            <Card product={product} lang={lang} />
          ))}
        </ul>
      </main>
    </Page>
  );
}

export function ProductPage({ frame, product, related }: { frame: Frame; product: Product; related: Product[] }) {
  const { lang } = frame;
  const t = TEXTS[lang];
  return (
    <Page frame={frame} title={product.name[lang]}>
      <main class="wrap">
        <article class="product" data-product={product.key}>
          <img src={`/art/${lang}/${product.key}.svg`} alt="" width={300} height={400} />
          <div>
            <h1>{product.name[lang]}</h1>
            <p class="by">{product.kind === 'book' ? `${t.by} ${product.by}` : product.by}</p>
            <p class="blurb">{product.blurb[lang]}</p>
            <p class="price">{money(product.price, lang)}</p>
            <form method="post" action={`/${lang}/basket`}>
              <input type="hidden" name="product" value={product.key} />
              <button type="submit">{t.add}</button>
            </form>
          </div>
        </article>
        <section data-suggestions hidden class="panel">
          <h2>{t.suggestions}</h2>
          <ul />
        </section>
        <h2>{t.goes_with}</h2>
        <ul class="grid">
          {related.map((one) => (
            <Card product={one} lang={lang} />
          ))}
        </ul>
      </main>
    </Page>
  );
}

export type BasketLine = { product: Product; quantity: number };

function Lines({ lines, lang }: { lines: BasketLine[]; lang: Language }) {
  const t = TEXTS[lang];
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th>{t.article}</th>
            <th class="num">{t.quantity}</th>
            <th class="num">{t.total}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {lines.map(({ product, quantity }) => (
            <tr>
              <td>
                <a href={`/${lang}/p/${product.key}`}>{product.name[lang]}</a>
              </td>
              <td class="num">{quantity}</td>
              <td class="num">{money(product.price * quantity, lang)}</td>
              <td class="num short">
                <form method="post" action={`/${lang}/basket/remove`}>
                  <input type="hidden" name="product" value={product.key} />
                  <button class="second small" type="submit" aria-label={`${t.remove}: ${product.name[lang]}`}>
                    {t.remove}
                  </button>
                </form>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th>{t.total}</th>
            <td />
            <td class="num">
              <strong>
                {money(
                  lines.reduce((sum, line) => sum + line.product.price * line.quantity, 0),
                  lang,
                )}
              </strong>
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

export function BasketPage({ frame, lines, failed }: { frame: Frame; lines: BasketLine[]; failed: boolean }) {
  const t = TEXTS[frame.lang];
  return (
    <Page frame={frame} title={t.basket}>
      <main class="wrap">
        <section class="panel">
          <h1>{t.basket}</h1>
          {failed && (
            <p class="note bad" role="alert">
              {t.not_noted}
            </p>
          )}
          {lines.length === 0 ? <p class="empty">{t.empty}</p> : <Lines lines={lines} lang={frame.lang} />}
          {lines.length > 0 && frame.hello && (
            <form method="post" action={`/${frame.lang}/checkout`}>
              <div class="button-row">
                <button type="submit">{t.checkout}</button>
                <span class="hint">{t.checkout_hint}</span>
              </div>
            </form>
          )}
          {lines.length > 0 && !frame.hello && (
            <p>
              {t.sign_in_first} <a href={`/${frame.lang}/sign-in`}>{t.sign_in}</a>
            </p>
          )}
          <p>
            <a href={`/${frame.lang}`}>{t.continue}</a>
          </p>
        </section>
      </main>
    </Page>
  );
}
