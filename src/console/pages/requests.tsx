import * as z from 'zod';
import { findPerson, type Rulebook } from '../../consent';
import { type CallContext, Refusal } from '../../platform';
import { daysLeft, RIGHTS, type Right } from '../../rights';
import { csvResponse } from '../csv';
import { Area, Check, Checks, ErrorNote, Input, Select } from '../fields';
import { errorsOf, type Form, type FormErrors } from '../form';
import { numberText } from '../format';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page } from '../page';
import { Card, Chip, Csrf, Empty, Pager, PersonLink, Table, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import { openRequest, requestCounts, requestQueue, TABS, type Tab } from '../requests';
import type { QueuedRequest, QueueFilter, RequestCounts } from '../requests-store';
import type { View } from '../view';

const query = z.object({
  tab: z.enum(['open', 'new', 'waiting', 'approve', 'work', 'done']).default('open').catch('open'),
  right: z.string().max(40).optional(),
  overdue: z.string().max(1).optional(),
  cursor: z.string().max(100).optional(),
  done: z.string().max(40).optional(),
});
type Query = z.infer<typeof query>;

const filterOf = (q: Query): QueueFilter => ({
  states: TABS[q.tab],
  ...(q.right ? { right: q.right } : {}),
  ...(q.overdue ? { overdue: true } : {}),
});

/** How much time is left, in words; the date and the rule behind it are on the page of the request. */
export function DueChip({ v, r }: { v: View; r: Pick<QueuedRequest, 'due_at' | 'received_at' | 'closed_at'> }): Markup {
  const t = v.t.requests;
  if (r.closed_at !== null) return <Chip>{t.closed}</Chip>;
  const left = daysLeft(r.due_at, v.now);
  if (left < 0) return <Chip tone="bad">{`! ${t.overdue(-left)}`}</Chip>;
  const quarter = (r.due_at - v.now) / (r.due_at - r.received_at) < 0.25;
  return <Chip tone={quarter ? 'warn' : 'good'}>{t.left(left)}</Chip>;
}

export const stateTone = (state: string) =>
  state === 'fulfilled'
    ? 'good'
    : state === 'denied' || state === 'expired'
      ? 'bad'
      : state === 'in_review'
        ? 'warn'
        : 'plain';

const Row = ({ v, book, r }: { v: View; book: Rulebook; r: QueuedRequest }): Markup => (
  <tr data-row>
    <th scope="row">
      <a href={`/console/requests/${r.id}`}>{v.t.right[r.right as Right] ?? r.right}</a>
      <br />
      <code class="soft">{r.id.slice(-8)}</code>
    </th>
    <td>
      <DueChip v={v} r={r} />
      <br />
      <span class="soft small">
        <Time v={v} at={r.due_at} style="utc" />
        {r.extended ? ` · ${v.t.requests.extended}` : ''}
      </span>
    </td>
    <td>
      <Chip tone={stateTone(r.state)}>{v.t.request_state[r.state as 'received'] ?? r.state}</Chip>
    </td>
    <td>
      {r.verified ? (
        <Chip tone="good">{`✓ ${v.t.requests.proved_by[r.verified as 'link'] ?? r.verified}`}</Chip>
      ) : (
        <Chip>{v.t.requests.unproved}</Chip>
      )}
    </td>
    <td>{r.person ? <PersonLink id={r.person} /> : <span class="soft">–</span>}</td>
    <td>
      <Time v={v} at={r.received_at} style="day" />
    </td>
    <td>
      {r.site ? (book.sites[r.site]?.name ?? r.site) : (v.t.requests.source_word[r.source as 'staff'] ?? r.source)}
    </td>
    <td>{r.region === 'unknown' ? <span class="soft">{v.t.consents.region_unknown}</span> : r.region}</td>
  </tr>
);

const countOf = (counts: RequestCounts, tab: Tab): number => TABS[tab].reduce((n, s) => n + (counts.states[s] ?? 0), 0);

const Tabs = ({ v, at, counts }: { v: View; at: Tab; counts: RequestCounts }): Markup => (
  <nav aria-label={v.t.requests.tabs}>
    <ul class="tabs">
      {(Object.keys(TABS) as Tab[]).map((tab) => (
        <li>
          <a href={`/console/requests?tab=${tab}`} aria-current={tab === at ? 'page' : undefined}>
            {v.t.requests.tab[tab]} <span class="soft">{numberText(countOf(counts, tab), v.language)}</span>
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

function paramsOf(q: Query): URLSearchParams {
  const params = new URLSearchParams({ tab: q.tab });
  if (q.right) params.set('right', q.right);
  if (q.overdue) params.set('overdue', '1');
  return params;
}

const Filters = ({ v, q }: { v: View; q: Query }): Markup => (
  <form class="filters" method="get" action="/console/requests" data-live>
    <input type="hidden" name="tab" value={q.tab} />
    <Select
      name="right"
      label={v.t.requests.right}
      empty={v.t.consents.any}
      value={q.right}
      options={RIGHTS.map((value) => ({ value, label: v.t.right[value] }))}
    />
    <div class="row">
      <Check name="overdue" label={v.t.requests.only_overdue} checked={q.overdue !== undefined && q.overdue !== ''} />
      <button class="button primary" type="submit">
        {v.t.consents.filter}
      </button>
      <a class="button" href={`/console/requests.csv?${paramsOf(q)}`}>
        {v.t.consents.csv}
      </a>
    </div>
  </form>
);

const PAGE = 50;

async function list(ports: ConsolePorts, v: View, q: Query, context: CallContext) {
  const { book } = await ports.snapshot();
  const counts = await requestCounts(ports, v.now, context);
  const { requests, next } = await requestQueue(ports, filterOf(q), q.cursor, PAGE, context);
  const t = v.t.requests;
  const add = v.may('answer') ? (
    <a class="button primary" href="/console/requests/new">
      {t.add}
    </a>
  ) : null;
  return html(
    <Layout v={v} at="requests" title={v.t.nav.requests} lead={t.lead} actions={add}>
      <Tabs v={v} at={q.tab} counts={counts} />
      <Card flush>
        <div class="inset">
          <Filters v={v} q={q} />
        </div>
        {requests.length === 0 ? (
          <Empty title={t.none} text={t.none_text} />
        ) : (
          <Table
            label={v.t.nav.requests}
            head={[t.right, t.due, t.state, t.identity, t.person, t.received, t.source, t.region]}
          >
            {requests.map((r) => (
              <Row v={v} book={book} r={r} />
            ))}
          </Table>
        )}
        <Pager
          v={v}
          base={paramsOf(q)}
          next={next}
          first={!q.cursor}
          words={{ first: t.most_urgent, back: t.to_most_urgent, on: t.less_urgent }}
        />
      </Card>
    </Layout>,
  );
}

const COLUMNS = [
  'request',
  'right',
  'state',
  'received_utc',
  'due_utc',
  'due_because',
  'closed_utc',
  'identity',
  'person',
  'region',
  'source',
  'site',
];
const iso = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString());

async function* exported(
  ports: ConsolePorts,
  filter: QueueFilter,
  context: () => CallContext,
): AsyncGenerator<string[][]> {
  let cursor: string | undefined;
  do {
    const found: { requests: QueuedRequest[]; next: string | undefined } = await requestQueue(
      ports,
      filter,
      cursor,
      200,
      context(),
    );
    yield found.requests.map((r) => [
      r.id,
      r.right,
      r.state,
      iso(r.received_at),
      iso(r.due_at),
      r.why,
      iso(r.closed_at),
      r.verified ?? '',
      r.person ?? '',
      r.region,
      r.source,
      r.site ?? '',
    ]);
    cursor = found.next;
  } while (cursor);
}

const SUBJECTS = ['email', 'phone', 'customer', 'external'] as const;

const NewPage = ({ v, form, errors }: { v: View; form?: Form; errors?: FormErrors }): Markup => {
  const t = v.t.requests;
  return (
    <Layout
      v={v}
      at="requests"
      title={t.add}
      lead={t.add_lead}
      up={{ label: v.t.nav.requests, href: '/console/requests' }}
    >
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <Card>
        <form class="fields" method="post" action="/console/requests/new">
          <Csrf v={v} />
          <Select
            name="right"
            label={t.right}
            value={form?.text('right')}
            errors={errors}
            options={RIGHTS.map((value) => ({ value, label: v.t.right[value] }))}
          />
          <Input name="region" label={t.region} help={t.region_help} value={form?.text('region')} errors={errors} />
          <Select
            name="type"
            label={v.t.consents.find_by}
            value={form?.text('type')}
            errors={errors}
            options={SUBJECTS.map((value) => ({ value, label: v.t.identifier[value] }))}
          />
          <Input name="id" label={v.t.consents.find_value} value={form?.text('id')} errors={errors} required />
          <Area
            name="message"
            label={t.message}
            help={t.message_help}
            value={form?.text('message')}
            errors={errors}
            wide
            short
          />
          <Checks legend={t.identity}>
            <Check name="seen" label={t.seen} help={t.seen_help} checked={form?.flag('seen')} />
          </Checks>
          <div class="row wide">
            <button class="button primary" type="submit">
              {t.start}
            </button>
            <a class="button" href="/console/requests">
              {v.t.common.cancel}
            </a>
          </div>
        </form>
      </Card>
    </Layout>
  );
};

async function open(ports: ConsolePorts, v: View, form: Form, context: CallContext): Promise<Response> {
  const again = (errors: FormErrors) => html(<NewPage v={v} form={form} errors={errors} />, 422);
  const right = RIGHTS.find((r) => r === form.text('right'));
  const type = SUBJECTS.find((s) => s === form.text('type'));
  const fields = {
    ...(right ? {} : { right: v.t.common.needed }),
    ...(type ? {} : { type: v.t.common.needed }),
    ...(form.text('id') ? {} : { id: v.t.common.needed }),
  };
  if (!right || !type || Object.keys(fields).length > 0) return again({ message: v.t.common.incomplete, fields });
  try {
    const subject = { type, id: form.text('id') };
    const person = (await findPerson(ports.vaults, ports.lookup, subject, context)) ?? undefined;
    const region = form.text('region').toUpperCase() || 'unknown';
    const seen = form.flag('seen');
    const id = await openRequest(
      ports,
      { right, subject, message: form.maybe('message'), language: v.language, region, seen, person },
      context,
    );
    return doneAt(`/console/requests/${id}`, 'request_started');
  } catch (e) {
    if (!(e instanceof Refusal)) throw e;
    return again(errorsOf(e));
  }
}

export const requestsRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/requests',
    right: 'requests',
    summary: 'Requests of people, the most urgent first',
    query,
    show: (v, call) => list(ports, v, call.query, call.context()),
  }),
  page({
    path: '/console/requests.csv',
    right: 'requests',
    summary: 'Exactly the requests of a view, as CSV',
    query,
    show: (_v, call) => csvResponse('requests', COLUMNS, exported(ports, filterOf(call.query), call.context)),
  }),
  page({
    path: '/console/requests/new',
    right: 'answer',
    summary: 'Form: a request that came by phone, letter or in person',
    show: (v) => html(<NewPage v={v} />),
  }),
  deed(ports, {
    path: '/console/requests/new',
    right: 'answer',
    summary: 'Start a request on behalf of a person',
    act: (v, form, call) => open(ports, v, form, call.context()),
  }),
];
