import * as z from 'zod';
import type { Rulebook } from '../../consent';
import { askAll, type CallContext, utcDay } from '../../platform';
import type { DenialGround, Right } from '../../rights';
import { ceiling, LineChart, StackedChart } from '../chart';
import { tallyOf } from '../consents';
import { csvResponse } from '../csv';
import { Select } from '../fields';
import { answersOf, type Cells, consentRate } from '../figures';
import { numberText, shareText, timeText } from '../format';
import { Layout } from '../layout';
import { html, type Markup, page } from '../page';
import { Card, Empty, Table } from '../parts';
import type { ConsolePorts } from '../ports';
import {
  answersOver,
  type BreakdownRow,
  type Bucket,
  breakdown,
  bucketsOf,
  type Dimension,
  firstDay,
  rateOver,
  refusalGrounds,
  requestSummary,
} from '../report';
import type { RequestFigure } from '../requests-store';
import type { View } from '../view';
import { purposeName } from './consents';

const query = z.object({
  days: z.coerce
    .number()
    .pipe(z.union([z.literal(7), z.literal(30), z.literal(90), z.literal(365)]))
    .default(90)
    .catch(90),
  site: z.string().max(80).optional(),
  purpose: z.string().max(80).optional(),
});
type Query = z.infer<typeof query>;

const SPANS = [7, 30, 90, 365] as const;
const DIMENSIONS: readonly Dimension[] = ['purpose', 'region', 'site', 'notice', 'method'];

type Report = { cells: Cells; complete: boolean; buckets: Bucket[]; requests: RequestFigure[] };

async function reportOf(ports: ConsolePorts, q: Query, now: number, context: CallContext): Promise<Report> {
  const today = utcDay(now);
  const from = firstDay(today, q.days);
  const [tally, figures] = await Promise.all([
    tallyOf(ports, from, today, context),
    askAll(ports.vaults, 'console.request_figures', { from: Date.parse(from), to: now + 1 }, context),
  ]);
  const cells = tally.cells.filter(
    (c) => (!q.site || c.site === q.site) && (!q.purpose || !c.purpose || c.purpose === q.purpose),
  );
  return { cells, complete: tally.complete, buckets: bucketsOf(today, q.days), requests: figures.values.flat() };
}

const Filters = ({ v, book, q }: { v: View; book: Rulebook; q: Query }): Markup => (
  <form class="filters" method="get" action="/console/reports" data-live>
    <Select
      name="days"
      label={v.t.reports.span}
      value={String(q.days)}
      options={SPANS.map((n) => ({ value: String(n), label: v.t.reports.last(n) }))}
    />
    <Select
      name="site"
      label={v.t.consents.site}
      empty={v.t.consents.any}
      value={q.site}
      options={Object.values(book.sites).map((s) => ({ value: s.key, label: s.name }))}
    />
    <Select
      name="purpose"
      label={v.t.consents.purpose}
      empty={v.t.consents.any}
      value={q.purpose}
      options={Object.keys(book.purposes).map((value) => ({ value, label: purposeName(v, book, value) }))}
    />
    <div class="row">
      <button class="button primary" type="submit">
        {v.t.consents.filter}
      </button>
      <a class="button" href={`/console/reports.csv?${paramsOf(q)}`}>
        {v.t.consents.csv}
      </a>
    </div>
  </form>
);

function paramsOf(q: Query): URLSearchParams {
  const params = new URLSearchParams({ days: String(q.days) });
  if (q.site) params.set('site', q.site);
  if (q.purpose) params.set('purpose', q.purpose);
  return params;
}

/** Some of the days, so that labels don't run into each other. */
function labelsOf(v: View, buckets: readonly Bucket[]): string[] {
  const step = Math.ceil(buckets.length / 6);
  return buckets.map((b, i) =>
    i % step === 0 || i === buckets.length - 1 ? timeText(Date.parse(b.to), v.language, 'UTC', 'day') : '',
  );
}

function Charts({ v, book, q, r }: { v: View; book: Rulebook; q: Query; r: Report }): Markup {
  const t = v.t.reports;
  const labels = labelsOf(v, r.buckets);
  const answers = answersOver(r.cells, r.buckets);
  const top = ceiling(Math.max(...answers.map((a) => a.granted + a.refused + a.withdrawn)));
  const asked = Object.keys(book.purposes).filter(
    (p) => (!q.purpose || p === q.purpose) && r.cells.some((c) => c.purpose === p),
  );
  const rates = asked.map((p) => ({ name: purposeName(v, book, p), values: rateOver(r.cells, r.buckets, p) }));
  const total = answersOf(r.cells);
  const rate = consentRate(total);
  return (
    <>
      <Card title={t.answers}>
        <StackedChart
          id="answers"
          title={t.answers}
          description={t.answers_text(
            numberText(total.granted, v.language),
            numberText(total.refused, v.language),
            numberText(total.withdrawn, v.language),
          )}
          labels={labels}
          max={top}
          text={(n) => numberText(n, v.language)}
          series={[
            { name: v.t.status.granted, values: answers.map((a) => a.granted) },
            { name: v.t.status.refused, values: answers.map((a) => a.refused) },
            { name: v.t.status.withdrawn, values: answers.map((a) => a.withdrawn) },
          ]}
        />
      </Card>
      <Card title={t.rate}>
        <p class="soft">{rate === null ? t.no_rate : t.rate_text(shareText(rate, v.language))}</p>
        <LineChart
          id="rate"
          title={t.rate}
          description={t.rate_description}
          labels={labels}
          max={1}
          text={(n) => shareText(n, v.language)}
          series={rates}
        />
      </Card>
    </>
  );
}

function labelOf(v: View, book: Rulebook, dimension: Dimension, key: string): string {
  switch (dimension) {
    case 'purpose':
      return purposeName(v, book, key);
    case 'site':
      return key ? (book.sites[key]?.name ?? key) : v.t.reports.no_site;
    case 'method':
      return v.t.method[key as 'api'] ?? key;
    case 'region':
      return key === 'unknown' ? v.t.consents.region_unknown : key;
    case 'notice':
      return key || v.t.reports.no_notice;
  }
}

const figure = (v: View, n: number | null): string => (n === null ? v.t.reports.few : numberText(n, v.language));

const Breakdown = ({
  v,
  book,
  dimension,
  rows,
}: {
  v: View;
  book: Rulebook;
  dimension: Dimension;
  rows: readonly BreakdownRow[];
}): Markup => {
  const t = v.t.reports;
  const head = [v.t.status.granted, v.t.status.refused, v.t.status.withdrawn, t.rate_short].map((text) => ({
    text,
    number: true as const,
  }));
  return (
    <Card title={t.by[dimension]} flush>
      <Table label={t.by[dimension]} head={[t.by_word[dimension], ...head]}>
        {rows.map((row) => (
          <tr>
            <th scope="row">{labelOf(v, book, dimension, row.key)}</th>
            <td class="number">{figure(v, row.granted)}</td>
            <td class="number">{figure(v, row.refused)}</td>
            <td class="number">{figure(v, row.withdrawn)}</td>
            <td class="number">{row.rate === null ? '–' : shareText(row.rate, v.language)}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
};

const oneDecimal = (v: View, n: number | null): string =>
  n === null ? '–' : numberText(Math.round(n * 10) / 10, v.language);

function Requests({ v, figures }: { v: View; figures: readonly RequestFigure[] }): Markup {
  const t = v.t.reports;
  const rows = requestSummary(figures);
  const grounds = refusalGrounds(figures);
  const head = [t.received, t.answered, t.refused, t.on_time, t.median, t.mean].map((text) => ({
    text,
    number: true as const,
  }));
  return (
    <Card title={t.requests} flush>
      {rows.length === 0 ? (
        <Empty title={t.no_requests} text={t.no_requests_text} />
      ) : (
        <Table label={t.requests} head={[v.t.requests.right, ...head]}>
          {rows.map((r) => (
            <tr>
              <th scope="row">{v.t.right[r.right as Right] ?? r.right}</th>
              <td class="number">{numberText(r.received, v.language)}</td>
              <td class="number">{numberText(r.closed, v.language)}</td>
              <td class="number">{numberText(r.denied, v.language)}</td>
              <td class="number">{r.on_time === null ? '–' : shareText(r.on_time, v.language)}</td>
              <td class="number">{oneDecimal(v, r.median_days)}</td>
              <td class="number">{oneDecimal(v, r.mean_days)}</td>
            </tr>
          ))}
        </Table>
      )}
      {grounds.length > 0 ? (
        <Table label={t.grounds} head={[t.grounds, { text: t.refused, number: true }]}>
          {grounds.map(([ground, n]) => (
            <tr>
              <th scope="row">{v.t.requests.ground[ground as DenialGround] ?? ground}</th>
              <td class="number">{numberText(n, v.language)}</td>
            </tr>
          ))}
        </Table>
      ) : null}
    </Card>
  );
}

async function show(ports: ConsolePorts, v: View, q: Query, context: CallContext): Promise<Response> {
  const { book } = await ports.snapshot();
  const r = await reportOf(ports, q, v.now, context);
  const t = v.t.reports;
  const actions = v.may('register') ? (
    <a class="button primary" href="/console/reports/register">
      {t.register}
    </a>
  ) : null;
  const empty = answersOf(r.cells);
  return html(
    <Layout v={v} at="reports" title={v.t.nav.reports} lead={t.lead} actions={actions}>
      {r.complete ? null : (
        <div class="note warn">
          <p>{v.t.common.counting}</p>
        </div>
      )}
      <Card>
        <Filters v={v} book={book} q={q} />
      </Card>
      {empty.granted + empty.refused + empty.withdrawn === 0 ? (
        <Card>
          <Empty title={t.none} text={t.none_text} />
        </Card>
      ) : (
        <>
          <Charts v={v} book={book} q={q} r={r} />
          <p class="soft">{t.hidden}</p>
          <div class="halves">
            {DIMENSIONS.map((d) => (
              <Breakdown v={v} book={book} dimension={d} rows={breakdown(r.cells, d)} />
            ))}
          </div>
        </>
      )}
      <Requests v={v} figures={r.requests} />
    </Layout>,
  );
}

const COLUMNS = ['dimension', 'key', 'granted', 'refused', 'withdrawn', 'rate'];

async function* exported(ports: ConsolePorts, q: Query, now: number, context: CallContext): AsyncGenerator<string[][]> {
  const r = await reportOf(ports, q, now, context);
  const text = (n: number | null) => (n === null ? '<10' : String(n));
  for (const d of DIMENSIONS)
    yield breakdown(r.cells, d).map((row) => [
      d,
      row.key,
      text(row.granted),
      text(row.refused),
      text(row.withdrawn),
      row.rate === null ? '' : row.rate.toFixed(4),
    ]);
}

export const reportsRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/reports',
    right: 'report',
    summary: 'Figures about consent and requests',
    query,
    show: (v, call) => show(ports, v, call.query, call.context()),
  }),
  page({
    path: '/console/reports.csv',
    right: 'report',
    summary: 'Exactly the figures of a view, as CSV',
    query,
    show: (_v, call) => csvResponse('figures', COLUMNS, exported(ports, call.query, call.now, call.context())),
  }),
];
