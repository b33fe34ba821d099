import * as z from 'zod';
import type { Rulebook, Site } from '../../consent';
import { findPerson } from '../../consent';
import { parseVaultId, Refusal } from '../../platform';
import { type RecordPage, recordPage } from '../consents';
import { csvResponse } from '../csv';
import { ErrorNote, Input, Select } from '../fields';
import { errorsOf, type Form, type FormErrors } from '../form';
import { Layout } from '../layout';
import { deed, html, type Markup, page, seeOther } from '../page';
import { Card, Csrf, Empty, Pager, PersonLink, StatusChip, Table, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import type { FoundRecord, RecordFilter } from '../records-store';
import type { AnyCall, View } from '../view';

const text = z.string().max(200).optional();
const day = z
  .string()
  .regex(/^(\d{4}-\d{2}-\d{2})?$/, 'must be a day, such as 2026-11-22')
  .optional();

const query = z.object({
  site: text,
  purpose: text,
  status: text,
  method: text,
  region: text,
  notice: text,
  from: day,
  to: day,
  cursor: text,
  done: text,
});
type Query = z.infer<typeof query>;

const DAY_MS = 86_400_000;
const given = (s: string | undefined): string | undefined => s || undefined;

/** The filter that a page's address says. Days are UTC days. */
function filterOf(q: Query): RecordFilter {
  const all = {
    site: given(q.site),
    purpose: given(q.purpose),
    status: given(q.status),
    method: given(q.method),
    region: given(q.region)?.toUpperCase().replace('UNKNOWN', 'unknown'),
    notice: given(q.notice),
    from: q.from ? Date.parse(q.from) : undefined,
    to: q.to ? Date.parse(q.to) + DAY_MS : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, x]) => x !== undefined)) as RecordFilter;
}

/** The address of this view without its place in it. */
function viewParams(q: Query): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(q))
    if (value && name !== 'cursor' && name !== 'done') params.set(name, value);
  return params;
}

const STATUSES = ['granted', 'refused', 'withdrawn', 'objected', 'requested'] as const;
const METHODS = ['accept_all', 'reject_all', 'custom', 'gpc', 'dnt', 'api', 'import', 'staff'] as const;

function Filters({ v, book, q }: { v: View; book: Rulebook; q: Query }): Markup {
  const t = v.t.consents;
  const options = (keys: readonly string[], label: (k: string) => string) =>
    keys.map((value) => ({ value, label: label(value) }));
  return (
    <form class="filters" method="get" action="/console/consents">
      <Input name="from" label={t.from} type="date" value={q.from} />
      <Input name="to" label={t.to} type="date" value={q.to} />
      <Select
        name="site"
        label={t.site}
        empty={t.any}
        value={q.site}
        options={options(Object.keys(book.sites), (k) => book.sites[k]!.name)}
      />
      <Select
        name="purpose"
        label={t.purpose}
        empty={t.any}
        value={q.purpose}
        options={options(Object.keys(book.purposes), (k) => purposeName(v, book, k))}
      />
      <Select
        name="status"
        label={t.status}
        empty={t.any}
        value={q.status}
        options={options(STATUSES, (k) => v.t.status[k as 'granted'])}
      />
      <Select
        name="method"
        label={t.method}
        empty={t.any}
        value={q.method}
        options={options(METHODS, (k) => v.t.method[k as 'api'])}
      />
      <Select
        name="notice"
        label={t.notice}
        empty={t.any}
        value={q.notice}
        options={options(noticeVersions(book), (k) => k)}
      />
      <Input name="region" label={t.region} value={q.region} />
      <div class="row">
        <button class="button primary" type="submit">
          {t.filter}
        </button>
        <a class="button" href="/console/consents">
          {t.clear}
        </a>
        <a class="button" href={`/console/consents.csv?${viewParams(q)}`}>
          {t.csv}
        </a>
      </div>
    </form>
  );
}

const noticeVersions = (book: Rulebook): string[] =>
  Object.values(book.notices).flatMap((n) => Object.keys(n.hashes).map((version) => `${n.key}@${version}`));

export const purposeName = (v: View, book: Rulebook, key: string): string => {
  if (key.startsWith('*')) return key === '*marketing' ? v.t.consents.all_marketing : v.t.consents.everything;
  const names = book.purposes[key]?.name;
  return names ? (names[v.language] ?? names.en ?? Object.values(names)[0] ?? key) : key;
};

/** What was chosen, by status: so that a glance at a row is enough. */
export const Choices = ({ v, book, choices }: { v: View; book: Rulebook; choices: Record<string, string> }): Markup => {
  const statuses = [...new Set(Object.values(choices))];
  return (
    <ul class="choices">
      {statuses.map((status) => (
        <li>
          <StatusChip v={v} status={status} />{' '}
          {Object.keys(choices)
            .filter((p) => choices[p] === status)
            .map((p) => purposeName(v, book, p))
            .join(' · ')}
        </li>
      ))}
    </ul>
  );
};

function RecordRow({ v, book, r }: { v: View; book: Rulebook; r: FoundRecord }): Markup {
  const site: Site | undefined = r.site ? book.sites[r.site] : undefined;
  return (
    <tr data-row>
      <td>
        <Time v={v} at={r.at} />
      </td>
      <td>
        <PersonLink id={r.person} />
      </td>
      <td>
        <Choices v={v} book={book} choices={r.choices} />
      </td>
      <td>{v.t.method[r.method as keyof typeof v.t.method] ?? r.method}</td>
      <td>
        {site?.name ?? '–'}
        <br />
        <span class="soft small">{r.region === 'unknown' ? v.t.consents.region_unknown : r.region}</span>
      </td>
      <td>
        {r.notice ? (
          <>
            {r.notice}
            <br />
            <span class="soft small">{v.t.language[r.language as 'en'] ?? r.language}</span>
          </>
        ) : (
          '–'
        )}
      </td>
    </tr>
  );
}

function Search({ v, errors }: { v: View; errors?: FormErrors }): Markup {
  const t = v.t.consents;
  return (
    <Card title={t.find}>
      <p class="soft">{t.find_help}</p>
      <ErrorNote errors={errors} title={v.t.common.not_found} />
      <form class="find" method="post" action="/console/consents/find">
        <Csrf v={v} />
        <Select
          name="type"
          label={t.find_by}
          value="email"
          options={(['email', 'phone', 'customer', 'external', 'visitor', 'person', 'record'] as const).map(
            (value) => ({
              value,
              label: v.t.identifier[value],
            }),
          )}
        />
        <Input name="id" label={t.find_value} search required />
        <button class="button primary" type="submit">
          {t.find_button}
        </button>
      </form>
    </Card>
  );
}

type ListProps = { v: View; book: Rulebook; q: Query; found: RecordPage; errors?: FormErrors };

const ListPage = ({ v, book, q, found, errors }: ListProps): Markup => {
  const t = v.t.consents;
  return (
    <Layout v={v} at="consents" title={v.t.nav.consents} lead={t.lead}>
      <Search v={v} errors={errors} />
      <Card title={t.all} flush>
        <div class="inset">
          <Filters v={v} book={book} q={q} />
        </div>
        {found.records.length === 0 ? (
          <Empty title={t.none} text={viewParams(q).size > 0 ? t.none_filtered : t.none_text} />
        ) : (
          <Table label={t.all} head={[t.time, t.person, t.choices, t.method, t.site_region, t.notice]}>
            {found.records.map((r) => (
              <RecordRow v={v} book={book} r={r} />
            ))}
          </Table>
        )}
        <Pager v={v} base={viewParams(q)} next={found.next} first={!q.cursor} />
      </Card>
    </Layout>
  );
};

const PAGE = 50;

/** The person whom a search means. A record's or receipt's id leads to its person, an identifier through the directory. */
async function find(ports: ConsolePorts, form: Form, call: AnyCall): Promise<string | null> {
  const type = form.text('type');
  const id = form.text('id');
  if (type === 'record') return personOfRecord(ports, id, call);
  if (type === 'person' && !parseVaultId(id)) return null;
  return findPerson(ports.vaults, ports.lookup, { type: type as 'email', id }, call.context());
}

async function personOfRecord(ports: ConsolePorts, id: string, call: AnyCall): Promise<string | null> {
  const record = id.replace(/^rcp_/, 'rec_');
  const vault = parseVaultId(record) && ports.vaults.at(vaultIndex(ports, record));
  const result = vault ? await vault.run('console.record_person', { record }, call.context()) : undefined;
  return result?.ok ? result.value.person : null;
}

const vaultIndex = (ports: ConsolePorts, id: string): number =>
  Math.floor((parseVaultId(id)!.bits & 0xffff) / (0x10000 / ports.vaults.count));

const KINDS = ['email', 'phone', 'customer', 'external', 'visitor', 'person', 'record'];

async function search(ports: ConsolePorts, v: View, form: Form, call: AnyCall): Promise<Response> {
  const { book } = await ports.snapshot();
  const again = async (errors: FormErrors, status: number) =>
    html(
      <ListPage
        v={v}
        book={book}
        q={{}}
        found={await recordPage(ports, {}, undefined, PAGE, call.context())}
        errors={errors}
      />,
      status,
    );
  if (!KINDS.includes(form.text('type'))) return again({ message: '', fields: { type: v.t.consents.find_by } }, 422);
  try {
    const person = await find(ports, form, call);
    return person ? seeOther(`/console/people/${person}`) : again({ message: v.t.consents.nobody, fields: {} }, 404);
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    return again(errorsOf(e), 422);
  }
}

const COLUMNS = [
  'time_utc',
  'person',
  'record',
  'site',
  'purpose',
  'decision',
  'method',
  'region',
  'notice',
  'language',
];

/** All records of a view, in pages, one line per purpose. */
async function* exported(ports: ConsolePorts, filter: RecordFilter, call: AnyCall): AsyncGenerator<string[][]> {
  let cursor: string | undefined;
  do {
    const found: RecordPage = await recordPage(ports, filter, cursor, 500, call.context());
    yield found.records.flatMap((r) =>
      Object.entries(r.choices).map(([purpose, status]) => [
        new Date(r.at).toISOString(),
        r.person,
        r.id,
        r.site ?? '',
        purpose,
        status,
        r.method,
        r.region ?? '',
        r.notice ?? '',
        r.language ?? '',
      ]),
    );
    cursor = found.next;
  } while (cursor);
}

export const consentsRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/consents',
    right: 'consents',
    summary: 'Consent records, with filters in the address',
    query,
    show: async (v, call) => {
      const { book } = await ports.snapshot();
      const found = await recordPage(ports, filterOf(call.query), given(call.query.cursor), PAGE, call.context());
      return html(<ListPage v={v} book={book} q={call.query} found={found} />);
    },
  }),
  page({
    path: '/console/consents.csv',
    right: 'consents',
    summary: 'Exactly the records of a view, as CSV',
    query,
    show: (_v, call) => csvResponse('consents', COLUMNS, exported(ports, filterOf(call.query), call)),
  }),
  deed(ports, {
    path: '/console/consents/find',
    right: 'consents',
    summary: 'Find a person by an identifier (posted, so that no address ends up in a log)',
    act: (v, form, call) => search(ports, v, form, call),
  }),
];
