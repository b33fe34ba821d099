import type { Rulebook, Site } from '../../consent';
import { type CallContext, Refusal, registryId, type Wire } from '../../platform';
import { putDefinition } from '../definitions';
import { Area, Check, Checks, ErrorNote, Input, Select } from '../fields';
import type { Form, FormErrors } from '../form';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page } from '../page';
import { Card, Copy, Csrf, Facts } from '../parts';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';
import { purposeName } from './consents';
import { keyParams } from './purposes';

const UP = '/console/connections';

/** What a page needs, to be copied. */
export const snippetOf = (publicUrl: string, site: string): string =>
  `<script src="${publicUrl}/widget/v1.js" data-site="${site}" async></script>`;

type Draft = { key: string; version: number; body: Partial<Site> };
type EditProps = { v: View; book: Rulebook; d: Draft; errors?: FormErrors };

function Editor({ v, book, d, errors }: EditProps): Markup {
  const t = v.t.connections;
  const b = d.body;
  const named = (all: Record<string, { name?: string }>) =>
    Object.entries(all).map(([value, x]) => ({ value, label: x.name ?? value }));
  return (
    <form class="fields" method="post" action={d.version === 0 ? `${UP}/sites/new` : `${UP}/sites/${d.key}/edit`}>
      <Csrf v={v} />
      <input type="hidden" name="version" value={String(d.version)} />
      <Input name="name" label={t.name} value={b.name} errors={errors} required />
      <Area
        name="origins"
        label={t.origins}
        help={t.origins_help}
        value={b.origins?.join('\n')}
        errors={errors}
        short
        required
      />
      <Select name="unit" label={t.unit} value={b.unit} errors={errors} options={named(book.units)} />
      <Select
        name="notice"
        label={v.t.consents.notice}
        value={b.notice}
        errors={errors}
        options={Object.keys(book.notices).map((value) => ({ value, label: value }))}
      />
      <Input
        name="languages"
        label={t.languages}
        help={t.languages_help}
        value={b.languages?.join(', ')}
        errors={errors}
        required
      />
      <Input
        name="cookie_domain"
        label={t.cookie_domain}
        help={t.cookie_domain_help}
        value={b.cookie_domain ?? ''}
        errors={errors}
      />
      <Checks legend={v.t.nav.purposes}>
        {Object.values(book.purposes)
          .filter((p) => !p.archived || b.purposes?.includes(p.key))
          .map((p) => (
            <Check
              name="purposes"
              value={p.key}
              label={purposeName(v, book, p.key)}
              checked={b.purposes?.includes(p.key)}
            />
          ))}
      </Checks>
      <Checks legend={t.more}>
        <Check name="dnt" label={t.dnt} help={t.dnt_help} checked={b.dnt === 'as_gpc'} />
        <Check name="archived" label={v.t.purposes.archive} help={t.archive_help} checked={b.archived} />
      </Checks>
      <div class="row wide">
        <button class="button primary" type="submit">
          {v.t.common.save}
        </button>
        <a class="button" href={d.version === 0 ? UP : `${UP}/sites/${d.key}`}>
          {v.t.common.cancel}
        </a>
      </div>
    </form>
  );
}

const EditPage = (p: EditProps): Markup => (
  <Layout
    v={p.v}
    at="connections"
    title={p.d.version === 0 ? p.v.t.connections.add_site : (p.d.body.name ?? p.d.key)}
    up={{ label: p.v.t.nav.connections, href: UP }}
  >
    <ErrorNote errors={p.errors} title={p.v.t.common.wrong} />
    <Card>
      <Editor {...p} />
    </Card>
  </Layout>
);

function bodyOf(form: Form): Partial<Site> {
  return {
    name: form.text('name'),
    origins: form.list('origins'),
    unit: form.text('unit'),
    notice: form.text('notice'),
    languages: form.list('languages'),
    purposes: form.all('purposes'),
    ...(form.maybe('cookie_domain') ? { cookie_domain: form.text('cookie_domain') } : {}),
    ...(form.flag('dnt') ? { dnt: 'as_gpc' as const } : {}),
    ...(form.flag('archived') ? { archived: true } : {}),
  };
}

async function save(ports: ConsolePorts, v: View, form: Form, known: string | undefined, context: CallContext) {
  const { book } = await ports.snapshot();
  const key = known ?? registryId('pk');
  const version = Number(form.text('version')) || 0;
  const body = bodyOf(form);
  const wrong = await putDefinition(ports, { kind: 'sites', key, body: body as Wire }, version, context);
  return wrong
    ? html(<EditPage v={v} book={book} d={{ key, version, body }} errors={wrong} />, 422)
    : doneAt(`${UP}/sites/${key}`, 'saved');
}

function siteOf(book: Rulebook, key: string): Site {
  const site = book.sites[key];
  if (!site) throw new Refusal('not_found', 'there is no such site');
  return site;
}

const SitePage = ({ v, book, site, publicUrl }: { v: View; book: Rulebook; site: Site; publicUrl: string }): Markup => {
  const t = v.t.connections;
  const edit = v.may('declare') ? (
    <a class="button primary" href={`${UP}/sites/${site.key}/edit`}>
      {v.t.common.edit}
    </a>
  ) : null;
  return (
    <Layout
      v={v}
      at="connections"
      title={site.name}
      lead={t.site_lead}
      up={{ label: v.t.nav.connections, href: UP }}
      actions={edit}
    >
      <Card title={t.snippet}>
        <p class="soft">{t.snippet_text}</p>
        <Copy v={v} id="snippet" label={t.snippet_label} value={snippetOf(publicUrl, site.key)} area />
        <Copy
          v={v}
          id="link"
          label={t.link_label}
          value={'<button type="button" data-avow-open>Privacy choices</button>'}
        />
      </Card>
      <Card title={t.facts}>
        <Facts
          rows={[
            [t.site_key, <code>{site.key}</code>],
            [t.origins, <code>{site.origins.join(', ')}</code>],
            [t.unit, book.units[site.unit]?.name ?? site.unit],
            [v.t.consents.notice, <a href={`/console/notices/${site.notice}`}>{site.notice}</a>],
            [t.languages, site.languages.join(', ')],
            [v.t.nav.purposes, site.purposes.map((p) => purposeName(v, book, p)).join(', ')],
          ]}
        />
      </Card>
    </Layout>
  );
};

export const sitesRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/connections/sites/new',
    right: 'declare',
    summary: 'Form: a new site',
    show: async (v) =>
      html(<EditPage v={v} book={(await ports.snapshot()).book} d={{ key: '', version: 0, body: {} }} />),
  }),
  deed(ports, {
    path: '/console/connections/sites/new',
    right: 'declare',
    summary: 'Declare a site; its key is made here',
    act: (v, form, call) => save(ports, v, form, undefined, call.context()),
  }),
  page({
    path: '/console/connections/sites/{key}',
    right: 'connections',
    summary: 'One site, with the snippet for its pages',
    params: keyParams,
    show: async (v, call) => {
      const { book } = await ports.snapshot();
      return html(<SitePage v={v} book={book} site={siteOf(book, call.params.key)} publicUrl={ports.publicUrl} />);
    },
  }),
  page({
    path: '/console/connections/sites/{key}/edit',
    right: 'declare',
    summary: 'Form: change a site',
    params: keyParams,
    show: async (v, call) => {
      const { book } = await ports.snapshot();
      const site = siteOf(book, call.params.key);
      const version = (await ports.registry.run(
        'definitions.get',
        { kind: 'sites', key: site.key },
        call.context(),
      )) as {
        ok: true;
        value: { version: number };
      };
      return html(<EditPage v={v} book={book} d={{ key: site.key, version: version.value.version, body: site }} />);
    },
  }),
  deed(ports, {
    path: '/console/connections/sites/{key}/edit',
    right: 'declare',
    summary: 'Write a new version of a site',
    params: keyParams,
    act: (v, form, call) => save(ports, v, form, call.params.key, call.context()),
  }),
];
