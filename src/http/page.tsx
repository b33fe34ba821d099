import type { Child } from 'hono/jsx';

const CSP =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** A small page of ours for people who came by a link: no script, no foreign request, one stylesheet. */
export function html(title: string, content: Child, status = 200): Response {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{title}</title>
        <link rel="stylesheet" href="/page.css" />
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>
  );
  return new Response(`<!doctype html>${page.toString()}`, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': CSP,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** The stylesheet of these pages (`/page.css`). */
export const pageStyle = `:root{color-scheme:light dark;--ink:#1b2430;--paper:#fbfaf7;--line:#d8d4ca;--accent:#0b5d56}
@media (prefers-color-scheme:dark){:root{--ink:#e9e6df;--paper:#14181d;--line:#3a424c;--accent:#6fd0c4}}
*{box-sizing:border-box}body{margin:0;font:1.05rem/1.6 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{max-width:46rem;margin:8vh auto;padding:0 1.25rem}h1{font-size:1.6rem;line-height:1.25}
button{font:inherit;padding:.6rem 1.4rem;border:2px solid var(--accent);border-radius:.4rem;background:var(--accent);color:var(--paper);cursor:pointer}
button:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}a{color:var(--accent)}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow:auto;border:1px solid var(--line);padding:.8rem;border-radius:.4rem}
details{border-top:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.35rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
.method{display:inline-block;min-width:4.2rem;font-weight:600;text-transform:uppercase;font-size:.8rem;color:var(--accent)}.wide{max-width:64rem}`;
