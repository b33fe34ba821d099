import * as z from 'zod';
import type { Rulebook } from '../../consent';
import { type CallContext, Refusal } from '../../platform';
import { type Entry, historyOf, listOf } from '../definitions';
import { wordDiff } from '../diff';
import { Layout } from '../layout';
import { deed, html, type Markup, page } from '../page';
import { Card, Chip, Empty, Facts, Table, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';
import { EditPage, type NoticeBody, publish } from './notice-editor';
import { keyParams } from './purposes';

type Notice = Entry<NoticeBody>;

const sitesOf = (book: Rulebook, key: string) =>
  Object.values(book.sites).filter((s) => s.notice === key && !s.archived);
const titleOf = (v: View, n: Notice): string =>
  (n.body.texts[v.language] ?? n.body.texts.en ?? Object.values(n.body.texts)[0])?.title ?? n.key;

async function list(ports: ConsolePorts, v: View, context: CallContext) {
  const { book } = await ports.snapshot();
  const t = v.t.notices;
  const all = await listOf<NoticeBody>(ports, 'notices', context);
  const add = v.may('declare') ? (
    <a class="button primary" href="/console/notices/new">
      {t.add}
    </a>
  ) : null;
  return html(
    <Layout v={v} at="notices" title={v.t.nav.notices} lead={t.lead} actions={add}>
      <Card flush>
        {all.length === 0 ? (
          <Empty title={t.none} text={t.none_text} />
        ) : (
          <Table label={v.t.nav.notices} head={[t.name, v.t.common.version, t.state, t.languages, t.sites, t.changed]}>
            {all.map((n) => (
              <tr data-row>
                <th scope="row">
                  <a href={`/console/notices/${n.key}`}>{titleOf(v, n)}</a>
                  <br />
                  <code class="soft">{n.key}</code>
                </th>
                <td>{n.version}</td>
                <td>{sitesOf(book, n.key).length > 0 ? <Chip tone="good">{t.live}</Chip> : <Chip>{t.unused}</Chip>}</td>
                <td>{Object.keys(n.body.texts).join(', ')}</td>
                <td>
                  {sitesOf(book, n.key)
                    .map((s) => s.name)
                    .join(', ') || <span class="soft">–</span>}
                </td>
                <td>
                  <Time v={v} at={n.updated_at} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Card>
    </Layout>,
  );
}

const Texts = ({ n, only }: { n: Notice; only?: string }): Markup => (
  <>
    {Object.entries(n.body.texts)
      .filter(([language]) => !only || language === only)
      .map(([language, t]) => (
        <article lang={language} class="stack">
          <h3>{`${t.title} (${language})`}</h3>
          <p class="prose">{t.text}</p>
        </article>
      ))}
  </>
);

function Versions({ v, book, history }: { v: View; book: Rulebook; history: readonly Notice[] }): Markup {
  const t = v.t.notices;
  const [first] = history;
  const least = (first && book.notices[first.key]?.min_version) ?? 1;
  return (
    <Card title={v.t.common.versions} flush>
      <Table label={v.t.common.versions} head={[v.t.common.version, v.t.common.when, t.decision, t.counts, t.compare]}>
        {[...history].reverse().map((n) => (
          <tr>
            <td>
              <a href={`/console/notices/${n.key}/versions/${n.version}`}>{n.version}</a>
            </td>
            <td>
              <Time v={v} at={n.updated_at} />
            </td>
            <td>
              {n.body.needs_new_consent ? <Chip tone="warn">{t.asks_anew}</Chip> : <Chip>{t.keeps}</Chip>}
              {n.body.reason ? <p class="small soft">{n.body.reason}</p> : null}
            </td>
            <td>
              {n.version >= least ? <Chip tone="good">{v.t.common.yes}</Chip> : <Chip tone="bad">{v.t.common.no}</Chip>}
            </td>
            <td>
              {n.version > 1 ? (
                <a href={`/console/notices/${n.key}/versions/${n.version}?against=${n.version - 1}`}>
                  {t.compare_with(n.version - 1)}
                </a>
              ) : (
                <span class="soft">–</span>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

const newest = (history: readonly Notice[]): Notice => {
  const n = history.at(-1);
  if (!n) throw new Refusal('not_found', 'there is no such notice');
  return n;
};

async function detail(ports: ConsolePorts, v: View, key: string, context: CallContext) {
  const { book } = await ports.snapshot();
  const t = v.t.notices;
  const history = await historyOf<NoticeBody>(ports, 'notices', key, context);
  const n = newest(history);
  const sites = sitesOf(book, key);
  const actions = (
    <>
      {sites.map((s) => (
        <a class="button" href={`/console/notices/${key}/preview?site=${s.key}`}>
          {t.preview_on(s.name)}
        </a>
      ))}
      {v.may('declare') ? (
        <a class="button primary" href={`/console/notices/${key}/edit`}>
          {t.new_version}
        </a>
      ) : null}
    </>
  );
  return html(
    <Layout
      v={v}
      at="notices"
      title={titleOf(v, n)}
      lead={t.detail_lead(n.version)}
      up={{ label: v.t.nav.notices, href: '/console/notices' }}
      actions={actions}
    >
      <div class="columns">
        <Card title={t.shown}>
          <Texts n={n} />
        </Card>
        <Card title={t.facts}>
          <Facts
            rows={[
              [t.key, <code>{key}</code>],
              [t.sites, sites.map((s) => s.name).join(', ') || t.unused],
              [t.languages, Object.keys(n.body.texts).join(', ')],
              [t.changed, <Time v={v} at={n.updated_at} />],
            ]}
          />
        </Card>
      </div>
      <Versions v={v} book={book} history={history} />
    </Layout>,
  );
}

const Diff = ({ v, before, after }: { v: View; before: string; after: string }): Markup => (
  <p class="prose">
    {wordDiff(before, after).map((p) =>
      p.kind === 'same' ? (
        p.text
      ) : p.kind === 'added' ? (
        <ins>
          <span class="hidden">{`[${v.t.notices.added}: `}</span>
          {p.text}
          <span class="hidden">]</span>
        </ins>
      ) : (
        <del>
          <span class="hidden">{`[${v.t.notices.removed}: `}</span>
          {p.text}
          <span class="hidden">]</span>
        </del>
      ),
    )}
  </p>
);

const versionQuery = z.object({
  against: z.coerce.number().int().min(1).optional(),
  language: z.string().max(35).optional(),
  done: z.string().optional(),
});
type VersionQuery = z.infer<typeof versionQuery>;

const Compared = ({ v, n, old }: { v: View; n: Notice; old: Notice }): Markup => (
  <Card title={v.t.notices.compared(old.version, n.version)}>
    {Object.entries(n.body.texts).map(([language, t]) => (
      <article lang={language} class="stack">
        <h3>{v.t.language[language as 'en'] ?? language}</h3>
        <Diff v={v} before={old.body.texts[language]?.title ?? ''} after={t.title} />
        <Diff v={v} before={old.body.texts[language]?.text ?? ''} after={t.text} />
      </article>
    ))}
  </Card>
);

async function version(
  ports: ConsolePorts,
  v: View,
  at: { key: string; version: number },
  q: VersionQuery,
  context: CallContext,
) {
  const { book } = await ports.snapshot();
  const t = v.t.notices;
  const history = await historyOf<NoticeBody>(ports, 'notices', at.key, context);
  const n = history.find((h) => h.version === at.version);
  if (!n) throw new Refusal('not_found', 'there is no such version');
  const old = history.find((h) => h.version === q.against);
  const hashes = Object.entries(book.notices[at.key]?.hashes[String(at.version)] ?? {});
  return html(
    <Layout
      v={v}
      at="notices"
      title={t.version_title(titleOf(v, n), n.version)}
      lead={t.version_lead}
      up={{ label: titleOf(v, newest(history)), href: `/console/notices/${at.key}` }}
    >
      {old ? <Compared v={v} n={n} old={old} /> : null}
      <Card title={t.shown}>
        <Texts n={n} only={q.language && n.body.texts[q.language] ? q.language : undefined} />
      </Card>
      <Card title={t.proof}>
        <Facts
          rows={[
            [v.t.common.when, <Time v={v} at={n.updated_at} />],
            [v.t.common.by, <code>{n.updated_by}</code>],
            ...hashes.map(([language, hash]) => [`SHA-256 (${language})`, <code>{hash}</code>] as const),
          ]}
        />
      </Card>
    </Layout>,
  );
}

const versionParams = keyParams.extend({ version: z.coerce.number().int().min(1) });
const empty: NoticeBody = { texts: {}, needs_new_consent: false, reason: '' };

export const noticesRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/notices',
    right: 'see',
    summary: 'All notices',
    show: (v, call) => list(ports, v, call.context()),
  }),
  page({
    path: '/console/notices/new',
    right: 'declare',
    summary: 'Form: a new notice',
    show: (v) => html(<EditPage v={v} d={{ key: '', version: 0, body: empty }} />),
  }),
  deed(ports, {
    path: '/console/notices/new',
    right: 'declare',
    summary: 'Publish a new notice',
    act: (v, form, call) => publish(ports, v, form, undefined, call.context()),
  }),
  page({
    path: '/console/notices/{key}',
    right: 'see',
    summary: 'One notice, with its versions',
    params: keyParams,
    show: (v, call) => detail(ports, v, call.params.key, call.context()),
  }),
  page({
    path: '/console/notices/{key}/versions/{version}',
    right: 'see',
    summary: 'A version as it was shown, and what has changed since another',
    params: versionParams,
    query: versionQuery,
    show: (v, call) => version(ports, v, call.params, call.query, call.context()),
  }),
  page({
    path: '/console/notices/{key}/edit',
    right: 'declare',
    summary: 'Form: a new version of a notice',
    params: keyParams,
    show: async (v, call) => {
      const n = newest(await historyOf<NoticeBody>(ports, 'notices', call.params.key, call.context()));
      return html(<EditPage v={v} d={{ ...n, body: { ...n.body, needs_new_consent: false, reason: '' } }} />);
    },
  }),
  deed(ports, {
    path: '/console/notices/{key}/edit',
    right: 'declare',
    summary: 'Publish a new version of a notice',
    params: keyParams,
    act: (v, form, call) => publish(ports, v, form, call.params.key, call.context()),
  }),
];
