import * as z from 'zod';
import type { Rulebook } from '../../consent';
import { type CallContext, Refusal } from '../../platform';
import { type Entry, historyOf, listOf } from '../definitions';
import { Layout } from '../layout';
import { deed, html, type Markup, page } from '../page';
import { Card, Chip, Empty, Facts, Table, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';
import { purposeName } from './consents';
import { EditPage, type Purpose, save } from './purpose-editor';

export const keyParams = z.object({ key: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a key') });

const Basis = ({ v, p }: { v: View; p: Purpose }): Markup => (
  <>
    {v.t.basis[p.basis]} <span class="soft small">{v.t.article[p.basis]}</span>
  </>
);

const Marks = ({ v, p }: { v: View; p: Purpose }): Markup => {
  const t = v.t.purposes;
  return (
    <span class="chips">
      {p.archived ? <Chip tone="warn">{t.archived}</Chip> : null}
      {p.special_category ? <Chip tone="bad">{t.special}</Chip> : null}
      {p.direct_marketing ? <Chip tone="accent">{t.marketing}</Chip> : null}
      {p.double_opt_in ? <Chip>{t.double}</Chip> : null}
      {p.device ? <Chip>{t.device_word[p.device as 'analytics'] ?? p.device}</Chip> : null}
    </span>
  );
};

const usedBy = (book: Rulebook, key: string) => Object.values(book.sites).filter((s) => s.purposes.includes(key));

async function list(ports: ConsolePorts, v: View) {
  const { book } = await ports.snapshot();
  const t = v.t.purposes;
  const all = Object.values(book.purposes);
  const add = v.may('declare') ? (
    <a class="button primary" href="/console/purposes/new">
      {t.add}
    </a>
  ) : null;
  return html(
    <Layout v={v} at="purposes" title={v.t.nav.purposes} lead={t.lead} actions={add}>
      <Card flush>
        {all.length === 0 ? (
          <Empty title={t.none} text={t.none_text} />
        ) : (
          <Table label={v.t.nav.purposes} head={[t.name, t.basis, t.recipients, t.retention, t.used]}>
            {all.map((p) => (
              <tr data-row>
                <th scope="row">
                  <a href={`/console/purposes/${p.key}`}>{purposeName(v, book, p.key)}</a>
                  <br />
                  <Marks v={v} p={p} />
                </th>
                <td>
                  <Basis v={v} p={p} />
                </td>
                <td>{p.recipients.length > 0 ? p.recipients.join(', ') : <span class="soft">{t.nobody}</span>}</td>
                <td>{p.retention_days === null ? <span class="soft">{t.unset}</span> : t.days(p.retention_days)}</td>
                <td>
                  {usedBy(book, p.key)
                    .map((s) => s.name)
                    .join(', ') || <span class="soft">–</span>}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Card>
    </Layout>,
  );
}

function facts(v: View, book: Rulebook, p: Purpose) {
  const t = v.t.purposes;
  const none = <span class="soft">–</span>;
  return [
    [t.key, <code>{p.key}</code>],
    [t.basis, <Basis v={v} p={p} />],
    [t.categories, p.categories.length > 0 ? p.categories.map((c) => <Chip>{c}</Chip>) : none],
    [t.recipients, p.recipients.join(', ') || none],
    [t.services, p.services.map((s) => book.services[s]?.name ?? s).join(', ') || none],
    [t.device, p.device ? (t.device_word[p.device as 'analytics'] ?? p.device) : t.device_none],
    [t.channels, p.channels.map((c) => v.t.channel[c as 'email'] ?? c).join(', ') || none],
    [t.retention, p.retention_days === null ? t.unset : t.days(p.retention_days)],
    [t.valid, p.valid_days === null ? t.valid_open : t.days(p.valid_days)],
    [t.units, t.units_word[p.units]],
    [t.used, usedBy(book, p.key).map((s) => <Chip>{s.name}</Chip>)],
  ] as const;
}

const Versions = ({ v, history }: { v: View; history: readonly Entry<unknown>[] }): Markup => (
  <Card title={v.t.common.versions} flush>
    <Table label={v.t.common.versions} head={[v.t.common.version, v.t.common.when, v.t.common.by]}>
      {[...history].reverse().map((h) => (
        <tr>
          <td>{h.version}</td>
          <td>
            <Time v={v} at={h.updated_at} />
          </td>
          <td class="mono">{h.updated_by}</td>
        </tr>
      ))}
    </Table>
  </Card>
);

async function detail(ports: ConsolePorts, v: View, key: string, context: CallContext) {
  const { book } = await ports.snapshot();
  const p = book.purposes[key];
  if (!p) throw new Refusal('not_found', 'there is no such purpose');
  const t = v.t.purposes;
  const history = await historyOf(ports, 'purposes', key, context);
  const actions = v.may('declare') ? (
    <a class="button primary" href={`/console/purposes/${key}/edit`}>
      {v.t.common.edit}
    </a>
  ) : null;
  return html(
    <Layout
      v={v}
      at="purposes"
      title={purposeName(v, book, key)}
      lead={<Marks v={v} p={p} />}
      up={{ label: v.t.nav.purposes, href: '/console/purposes' }}
      actions={actions}
    >
      <div class="columns">
        <Card title={t.what}>
          {Object.entries(p.text).map(([language, text]) => (
            <div lang={language}>
              <h3>{`${p.name[language] ?? ''} (${language})`}</h3>
              <p class="prose">{text}</p>
            </div>
          ))}
        </Card>
        <div class="stack">
          <Card title={t.rules}>
            <Facts rows={facts(v, book, p)} />
          </Card>
          <Versions v={v} history={history} />
        </div>
      </div>
    </Layout>,
  );
}

export const purposesRoutes = (ports: ConsolePorts) => [
  page({ path: '/console/purposes', right: 'see', summary: 'All purposes', show: (v) => list(ports, v) }),
  page({
    path: '/console/purposes/new',
    right: 'declare',
    summary: 'Form: a new purpose',
    show: async (v) =>
      html(<EditPage v={v} book={(await ports.snapshot()).book} d={{ key: '', version: 0, body: {} }} />),
  }),
  deed(ports, {
    path: '/console/purposes/new',
    right: 'declare',
    summary: 'Declare a purpose',
    act: (v, form, call) => save(ports, v, form, undefined, call.context()),
  }),
  page({
    path: '/console/purposes/{key}',
    right: 'see',
    summary: 'One purpose, with its versions',
    params: keyParams,
    show: (v, call) => detail(ports, v, call.params.key, call.context()),
  }),
  page({
    path: '/console/purposes/{key}/edit',
    right: 'declare',
    summary: 'Form: change a purpose',
    params: keyParams,
    show: async (v, call) => {
      const { book } = await ports.snapshot();
      const found = (await listOf<Purpose>(ports, 'purposes', call.context())).find((e) => e.key === call.params.key);
      if (!found) throw new Refusal('not_found', 'there is no such purpose');
      return html(<EditPage v={v} book={book} d={found} />);
    },
  }),
  deed(ports, {
    path: '/console/purposes/{key}/edit',
    right: 'declare',
    summary: 'Write a new version of a purpose',
    params: keyParams,
    act: (v, form, call) => save(ports, v, form, call.params.key, call.context()),
  }),
];
