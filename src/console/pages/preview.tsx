import * as z from 'zod';
import { policyFor, type Rulebook, type Site, siteConfig } from '../../consent';
import { json, type Routes, route } from '../../http';
import { type CallContext, need, Refusal } from '../../platform';
import { Select } from '../fields';
import { Layout } from '../layout';
import { html, type Markup, PAGE_HEADERS, page } from '../page';
import { Card } from '../parts';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';
import type { NoticeBody } from './notice-editor';
import { keyParams } from './purposes';

const REGIONS = ['DE', 'FR', 'GB', 'CH', 'US-CA', 'US-TX', 'BR', 'unknown'] as const;

const query = z.object({
  site: z.string().max(80).optional(),
  version: z.coerce.number().int().min(1).optional(),
  language: z.string().max(35).optional(),
  region: z.enum(REGIONS).default('DE').catch('DE'),
  size: z.enum(['desktop', 'phone']).default('desktop').catch('desktop'),
  theme: z.enum(['light', 'dark']).default('light').catch('light'),
});
type Query = z.infer<typeof query>;
type Shown = { key: string; site: string; version: number; language: string; region: string; theme: string };

/** Where a preview's own copy of the widget's API lies: it knows one call, and records nothing. */
const apiOf = (s: Shown): string => `/console/preview/${s.key}.${s.version}.${s.region}`;

const frameOf = (s: Shown): string =>
  `/console/preview?${new URLSearchParams({ key: s.key, site: s.site, version: String(s.version), language: s.language, region: s.region, theme: s.theme })}`;

const sitesOf = (book: Rulebook, key: string): Site[] =>
  Object.values(book.sites).filter((s) => s.notice === key && !s.archived);

const options = (values: readonly string[], label: (v: string) => string) =>
  values.map((value) => ({ value, label: label(value) }));

function Choices({
  v,
  s,
  q,
  sites,
  versions,
  languages,
}: {
  v: View;
  s: Shown;
  q: Query;
  sites: readonly Site[];
  versions: number;
  languages: readonly string[];
}): Markup {
  const t = v.t.preview;
  return (
    <form class="filters" method="get" action={`/console/notices/${s.key}/preview`} data-live>
      <Select
        name="site"
        label={v.t.consents.site}
        value={s.site}
        options={sites.map((x) => ({ value: x.key, label: x.name }))}
      />
      <Select
        name="version"
        label={v.t.common.version}
        value={String(s.version)}
        options={options(
          Array.from({ length: versions }, (_, i) => String(versions - i)),
          (x) => x,
        )}
      />
      <Select
        name="language"
        label={v.t.settings.language}
        value={s.language}
        options={options(languages, (l) => v.t.language[l as 'en'] ?? l)}
      />
      <Select
        name="region"
        label={v.t.consents.region}
        value={s.region}
        options={options(REGIONS, (r) => (r === 'unknown' ? v.t.consents.region_unknown : r))}
      />
      <Select
        name="size"
        label={t.size}
        value={q.size}
        options={options(['desktop', 'phone'], (x) => t.size_word[x as 'phone'])}
      />
      <Select
        name="theme"
        label={t.theme}
        value={q.theme}
        options={options(['light', 'dark'], (x) => t.theme_word[x as 'dark'])}
      />
      <div class="row">
        <button class="button primary" type="submit">
          {v.t.consents.filter}
        </button>
      </div>
    </form>
  );
}

async function show(ports: ConsolePorts, v: View, key: string, q: Query) {
  const { book } = await ports.snapshot();
  const notice = book.notices[key];
  const sites = sitesOf(book, key);
  const site = sites.find((s) => s.key === q.site) ?? sites[0];
  if (!notice || !site) throw new Refusal('not_found', 'no site shows this notice');
  const version = Math.min(q.version ?? notice.version, notice.version);
  const languages = Object.keys(notice.hashes[version] ?? {});
  const language = q.language && languages.includes(q.language) ? q.language : (languages[0] ?? 'en');
  const s: Shown = { key, site: site.key, version, language, region: q.region, theme: q.theme };
  const t = v.t.preview;
  return html(
    <Layout
      v={v}
      at="notices"
      title={t.title}
      lead={t.lead}
      up={{ label: v.t.nav.notices, href: `/console/notices/${key}` }}
    >
      <Card>
        <Choices v={v} s={s} q={q} sites={sites} versions={notice.version} languages={languages} />
      </Card>
      <iframe
        class={q.size === 'phone' ? 'preview phone' : 'preview'}
        title={t.frame(site.name)}
        src={frameOf(s)}
        sandbox="allow-scripts"
      />
    </Layout>,
  );
}

/** The page inside the frame: a page like any other, with nothing but the widget. Sandboxed: it is of no origin of ours. */
const FRAME_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

const frameQuery = z.object({
  key: z.string().max(80),
  site: z.string().max(80),
  version: z.coerce.number().int().min(1),
  language: z.string().max(35),
  region: z.enum(REGIONS),
  theme: z.enum(['light', 'dark']),
});

function frame(ports: ConsolePorts, v: View, s: Shown): Response {
  const body = (
    <html lang={s.language} class={s.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{v.t.preview.title}</title>
        <link rel="stylesheet" href="/console/assets/preview.css" />
        <script
          src={`${ports.publicUrl}/widget/v1.js`}
          data-site={s.site}
          data-api={`${ports.publicUrl}${apiOf(s)}`}
          data-lang={s.language}
          data-theme={s.theme}
          data-reload="off"
          async
        />
      </head>
      <body>
        <h1>{v.t.preview.page}</h1>
        <p>{v.t.preview.page_text}</p>
      </body>
    </html>
  );
  return new Response(`<!doctype html>${String(body)}`, {
    headers: { ...PAGE_HEADERS, 'content-security-policy': FRAME_POLICY, 'x-frame-options': 'SAMEORIGIN' },
  });
}

const FRAME_STYLE =
  ':root{color-scheme:light}:root.dark{color-scheme:dark}body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}h1{font-size:1.4rem}';

async function configOf(
  ports: ConsolePorts,
  at: { notice: string; siteKey: string },
  lang: string,
  now: number,
  context: CallContext,
) {
  const [key = '', version = '', region = 'unknown'] = at.notice.split('.');
  const { book } = await ports.snapshot();
  const site = Object.hasOwn(book.sites, at.siteKey) ? book.sites[at.siteKey] : undefined;
  const found = need(
    await ports.registry.run('definitions.get', { kind: 'notices', key, version: Number(version) }, context),
  );
  const texts = (found?.body as unknown as NoticeBody | undefined)?.texts;
  if (!site || !texts || site.notice !== key) throw new Refusal('not_found', 'there is no such preview');
  const language = texts[lang] ? lang : (Object.keys(texts)[0] ?? 'en');
  const policy = policyFor(region, now);
  const config = siteConfig({ book, site, language, notice: texts[language]!, policy, now });
  return { ...config, notice: { ...config.notice, version: Number(version) } };
}

export const previewRoutes = (ports: ConsolePorts): Routes => [
  page({
    path: '/console/notices/{key}/preview',
    right: 'see',
    summary: 'A notice in the real widget: size, theme, language, region',
    params: keyParams,
    query,
    show: (v, call) => show(ports, v, call.params.key, call.query),
  }),
  page({
    path: '/console/preview',
    right: 'see',
    summary: 'The page inside the preview',
    query: frameQuery,
    show: (v, call) => frame(ports, v, call.query),
  }),
  route({
    method: 'get',
    path: '/console/assets/preview.css',
    tag: 'Console',
    summary: 'Style of the page inside the preview',
    auth: { kind: 'public', because: 'the preview is sandboxed and sends no cookie' },
    answers: [{ status: 200, description: 'The file', type: 'text/css' }],
    handler: () =>
      new Response(FRAME_STYLE, {
        headers: {
          'content-type': 'text/css; charset=utf-8',
          'cache-control': 'public, max-age=300',
          'x-content-type-options': 'nosniff',
        },
      }),
  }),
  route({
    method: 'get',
    path: '/console/preview/{notice}/v1/sites/{siteKey}/config',
    tag: 'Console',
    summary: 'What the widget in a preview asks for: a published notice under the rules of a region',
    auth: {
      kind: 'public',
      because: 'published notices are what every visitor may read; the sandboxed preview has no cookie',
    },
    params: z.object({ notice: z.string().max(200), siteKey: z.string().max(80) }),
    query: z.object({ lang: z.string().max(200).optional() }),
    answers: [{ status: 200, description: 'The configuration' }],
    errors: ['not_found'],
    handler: async ({ params, query: q, now, context }) =>
      json(await configOf(ports, params, q.lang ?? '', now, context()), 200, { 'access-control-allow-origin': '*' }),
  }),
];
