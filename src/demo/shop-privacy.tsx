/** The shop's two pages about data: what you may ask and who may store what, and what really was loaded. */
import type { Language, Purpose, Service } from './seed-types';
import { type Frame, Page } from './shop-pages';
import { TEXTS } from './shop-texts';

const RIGHTS = ['access', 'erasure', 'rectification', 'portability', 'objection'] as const;

export type Declared = { purpose: Purpose; services: Service[] };

export function PrivacyPage({ frame, declared }: { frame: Frame; declared: Declared[] }) {
  const t = TEXTS[frame.lang];
  return (
    <Page frame={frame} title={t.privacy}>
      <main class="wrap">
        <section class="panel">
          <h1>{t.your_rights}</h1>
          <p>{t.rights_text}</p>
          <RequestForm lang={frame.lang} />
        </section>
        <section class="panel">
          <h2>{t.declared}</h2>
          <DeclaredTable lang={frame.lang} declared={declared} />
          <p>
            <button type="button" data-avow-open>
              {t.choices}
            </button>
          </p>
        </section>
      </main>
    </Page>
  );
}

function RequestForm({ lang }: { lang: Language }) {
  const t = TEXTS[lang];
  return (
    <form data-request>
      <label for="right">{t.right}</label>
      <select id="right" name="right">
        {RIGHTS.map((right) => (
          <option value={right}>{t[right]}</option>
        ))}
      </select>
      <label for="email">{t.email}</label>
      <input id="email" name="email" type="email" autocomplete="email" required />
      <label for="message">{t.message}</label>
      <textarea id="message" name="message" rows={3} maxlength={2000} />
      <div class="button-row">
        <button type="submit">{t.send}</button>
      </div>
      <noscript>
        <p class="note bad">{t.needs_script}</p>
      </noscript>
      <div aria-live="polite">
        <p class="note" data-sent hidden>
          {t.sent}
        </p>
        <p class="note bad" data-failed hidden>
          {t.failed}
        </p>
      </div>
    </form>
  );
}

function DeclaredTable({ lang, declared }: { lang: Language; declared: Declared[] }) {
  const t = TEXTS[lang];
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th>{t.purpose}</th>
            <th>{t.service}</th>
            <th>{t.stores}</th>
          </tr>
        </thead>
        <tbody>
          {declared.flatMap(({ purpose, services }) =>
            services.map((service) => (
              <tr>
                <td>{purpose.name[lang]}</td>
                <td>
                  {service.name}
                  <br />
                  <span class="hint">
                    {service.vendor}, {service.country}
                  </span>
                </td>
                <td>
                  {service.storage.length === 0 ? t.nothing : service.storage.map((item) => <code>{item.name}</code>)}
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

/** Something that a browser fetched, or that a loaded script sent. */
export type Hit = {
  /** Milliseconds since 1970. */
  at: number;
  kind: 'script' | 'beacon';
  pixel: string;
  purpose: string;
  /** Path of the page that did it. */
  page: string;
};

const WORDS = {
  en: {
    lead: 'Scripts of vendors that browsers fetched from this shop, and what those scripts sent. Before a choice, and after a no, this list stays empty.',
    none: 'Nothing was loaded.',
    when: 'When (UTC)',
    what: 'What',
    page: 'Page',
    clear: 'Empty the list',
  },
  de: {
    lead: 'Skripte von Anbietern, die Browser aus diesem Laden geladen haben, und was diese Skripte gesendet haben. Vor einer Auswahl und nach einem Nein bleibt diese Liste leer.',
    none: 'Es wurde nichts geladen.',
    when: 'Wann (UTC)',
    what: 'Was',
    page: 'Seite',
    clear: 'Liste leeren',
  },
} as const;

export function LoadedPage({ frame, hits }: { frame: Frame; hits: Hit[] }) {
  const t = TEXTS[frame.lang];
  const w = WORDS[frame.lang];
  return (
    <Page frame={frame} title={t.loaded}>
      <main class="wrap">
        <section class="panel">
          <h1>{t.loaded}</h1>
          <p>{w.lead}</p>
          {hits.length === 0 ? (
            <p class="empty">{w.none}</p>
          ) : (
            <div class="table">
              <table>
                <thead>
                  <tr>
                    <th>{w.when}</th>
                    <th>{w.what}</th>
                    <th>{t.purpose}</th>
                    <th>{w.page}</th>
                  </tr>
                </thead>
                <tbody>
                  {hits.map((hit) => (
                    <tr>
                      <td class="short">{new Date(hit.at).toISOString().slice(0, 19).replace('T', ' ')}</td>
                      <td>
                        <code>{hit.kind === 'script' ? `/pixel/${hit.pixel}.js` : `beacon: ${hit.pixel}`}</code>
                      </td>
                      <td>
                        <span class="tag">{hit.purpose}</span>
                      </td>
                      <td>{hit.page}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <form method="post" action={`/${frame.lang}/loaded/clear`}>
            <div class="button-row">
              <button class="second" type="submit">
                {w.clear}
              </button>
            </div>
          </form>
        </section>
      </main>
    </Page>
  );
}
