/** The shop's pages for who signs in, who has ordered, and who is lost. */
import { type Frame, Page } from './shop-pages';
import { TEXTS } from './shop-texts';

export function SignInPage({ frame, example, unknown }: { frame: Frame; example: string; unknown: boolean }) {
  const t = TEXTS[frame.lang];
  return (
    <Page frame={frame} title={t.sign_in}>
      <main class="wrap">
        <section class="panel narrow">
          <h1>{t.sign_in}</h1>
          <p class="hint">
            {t.sign_in_hint} <code>{example}</code>. {t.sign_in_link}
          </p>
          {unknown && (
            <p class="note bad" role="alert">
              {t.unknown}
            </p>
          )}
          <form method="post" action={`/${frame.lang}/sign-in`} data-sign-in>
            <label for="email">{t.email}</label>
            <input id="email" name="email" type="email" autocomplete="username" required />
            <input type="hidden" name="subject_token" value="" />
            <div class="button-row">
              <button type="submit">{t.sign_in}</button>
            </div>
          </form>
        </section>
      </main>
    </Page>
  );
}

export function AccountPage({ frame, linked }: { frame: Frame; linked: boolean }) {
  const t = TEXTS[frame.lang];
  return (
    <Page frame={frame} title={t.hello}>
      <main class="wrap">
        <section class="panel narrow">
          <h1>
            {t.hello}, {frame.hello}
          </h1>
          <p class="note" data-linked={linked ? 'yes' : 'no'}>
            {linked ? t.linked : t.not_linked}
          </p>
          <p>
            <a href={`/${frame.lang}`}>{t.continue}</a>
          </p>
        </section>
      </main>
    </Page>
  );
}

export function ThanksPage({ frame, refs }: { frame: Frame; refs: string[] }) {
  const t = TEXTS[frame.lang];
  return (
    <Page frame={frame} title={t.thanks}>
      <main class="wrap">
        <section class="panel narrow">
          <h1>{t.thanks}</h1>
          <p>
            {t.thanks_text} <code>{refs.join(', ')}</code>.
          </p>
          <p>
            <a href={`/${frame.lang}`}>{t.continue}</a>
          </p>
        </section>
      </main>
    </Page>
  );
}

export function MissingPage({ frame }: { frame: Frame }) {
  const t = TEXTS[frame.lang];
  return (
    <Page frame={frame} title={t.missing}>
      <main class="wrap">
        <p class="empty">
          {t.missing} <a href={`/${frame.lang}`}>{t.back}</a>
        </p>
      </main>
    </Page>
  );
}
