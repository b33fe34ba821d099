import { askAll, type CallContext, need, utcDay } from '../../platform';
import { ceiling, StackedChart } from '../chart';
import { tallyOf } from '../consents';
import { actsOf, answersOf, type Cells, consentRate, dayBefore, daysBetween, silentSites, sumOf } from '../figures';
import { numberText, shareText, timeText } from '../format';
import { Layout } from '../layout';
import { html, type Markup, page } from '../page';
import { Card, Empty, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import { requestCounts } from '../requests';
import type { RequestCounts } from '../requests-store';
import type { View } from '../view';

type Need = { tone: 'bad' | 'warn'; title: string; text: string; href: string; action: string };

type Facts = {
  cells: Cells;
  complete: boolean;
  requests: RequestCounts;
  today: string;
  mails: { pending: number; failed: number };
  hooks: { key: string; status: string }[];
  logs: { name: string; sequenced: number; signed: number; at: number | null }[];
  setUp: { controller: boolean; purposes: number; notices: number; sites: number };
  siteNames: Readonly<Record<string, string>>;
};

async function factsOf(ports: ConsolePorts, now: number, context: CallContext): Promise<Facts> {
  const today = utcDay(now);
  const { book } = await ports.snapshot();
  const [tally, requests, mails, cursors, logs, registry] = await Promise.all([
    tallyOf(ports, dayBefore(today, 14), today, context),
    requestCounts(ports, now, context),
    askAll(ports.vaults, 'console.mail_counts', {}, context),
    askAll(ports.vaults, 'webhook.cursors', {}, context),
    askAll(ports.vaults, 'log.head', {}, context),
    ports.registry.run('log.head', {}, context),
  ]);
  const named = [need(registry), ...logs.values].map((l) => ({
    name: l.origin.split('/').at(-1) ?? l.origin,
    sequenced: l.sequenced,
    signed: l.head?.size ?? 0,
    at: l.head?.at ?? null,
  }));
  const failing = cursors.values.flatMap((c) => c.cursors).filter((c) => c.attempts > 0);
  return {
    ...tally,
    requests,
    today,
    mails: {
      pending: mails.values.reduce((n, m) => n + m.pending, 0),
      failed: mails.values.reduce((n, m) => n + m.failed, 0),
    },
    hooks: failing.map((c) => ({ key: c.endpoint, status: c.last_status ?? '' })),
    logs: named,
    setUp: {
      controller: book.controller.name !== '',
      purposes: Object.keys(book.purposes).length,
      notices: Object.keys(book.notices).length,
      sites: Object.keys(book.sites).length,
    },
    siteNames: Object.fromEntries(Object.values(book.sites).map((s) => [s.key, s.name])),
  };
}

/** What waits for somebody, worst first, each with one thing to do. */
function needsOf(v: View, f: Facts): Need[] {
  const t = v.t.today.needs;
  const silent = silentSites(f.cells, f.today).map(
    (s): Need => ({
      tone: 'bad',
      title: t.silent(f.siteNames[s.site] ?? s.site),
      text: t.silent_text(numberText(s.seen, v.language), numberText(Math.round(s.expected), v.language)),
      href: `/console/connections/sites/${s.site}`,
      action: t.silent_action,
    }),
  );
  const hooks = [...new Set(f.hooks.map((h) => h.key))].map(
    (key): Need => ({
      tone: 'bad',
      title: t.hook(key),
      text: t.hook_text,
      href: '/console/connections#webhooks',
      action: t.hook_action,
    }),
  );
  const mails: Need[] =
    f.mails.failed > 0
      ? [
          {
            tone: 'bad',
            title: t.mails(f.mails.failed),
            text: t.mails_text,
            href: '/console/audit?event=mail.given_up',
            action: t.mails_action,
          },
        ]
      : [];
  return [...requestNeeds(v, f), ...silent, ...hooks, ...mails, ...setUpNeeds(v, f)];
}

function requestNeeds(v: View, f: Facts): Need[] {
  if (!v.may('requests')) return [];
  const t = v.t.today.needs;
  const { overdue, soon, states } = f.requests;
  const review = states.in_review ?? 0;
  const needs: (Need | false)[] = [
    overdue > 0 && {
      tone: 'bad',
      title: t.overdue(overdue),
      text: t.overdue_text,
      href: '/console/requests?overdue=1',
      action: t.overdue_action,
    },
    soon > 0 && {
      tone: 'warn',
      title: t.soon(soon),
      text: t.soon_text,
      href: '/console/requests',
      action: t.soon_action,
    },
    review > 0 && {
      tone: 'warn',
      title: t.review(review),
      text: t.review_text,
      href: '/console/requests?tab=approve',
      action: t.review_action,
    },
  ];
  return needs.filter((n): n is Need => n !== false);
}

function setUpNeeds(v: View, f: Facts): Need[] {
  const t = v.t.today.needs;
  const needed = (ok: boolean, name: 'controller' | 'purpose' | 'notice' | 'site', href: string): Need[] =>
    ok ? [] : [{ tone: 'warn', title: t[name], text: t[`${name}_text`], href, action: t[`${name}_action`] }];
  return [
    ...needed(f.setUp.controller, 'controller', '/console/settings'),
    ...needed(f.setUp.purposes > 0, 'purpose', '/console/purposes/new'),
    ...needed(f.setUp.notices > 0, 'notice', '/console/notices/new'),
    ...needed(f.setUp.sites > 0, 'site', '/console/connections/sites/new'),
  ];
}

type TileProps = { label: string; figure: string; more?: string; tone?: 'alarm' | 'fine'; href?: string };

const Tile = ({ label, figure, more, tone, href }: TileProps): Markup => (
  <div class={tone ? `tile ${tone}` : 'tile'}>
    <span class="label">{label}</span>
    <span class="figure">{figure}</span>
    {more ? <span class="more soft">{href ? <a href={href}>{more}</a> : more}</span> : null}
  </div>
);

function Tiles({ v, f }: { v: View; f: Facts }): Markup {
  const t = v.t.today;
  const week = f.cells.filter((c) => c.day > dayBefore(f.today, 7));
  const before = f.cells.filter((c) => c.day <= dayBefore(f.today, 7));
  const today = f.cells.filter((c) => c.day === f.today);
  const rate = consentRate(answersOf(week));
  const earlier = consentRate(answersOf(before));
  const answers = answersOf(today);
  const unsigned = sumLogs(f, (l) => l.sequenced - l.signed);
  const signedAt = Math.min(...f.logs.map((l) => l.at ?? 0));
  const failing = new Set(f.hooks.map((h) => h.key)).size + f.mails.failed;
  return (
    <div class="tiles">
      <Tile
        label={t.acts_today}
        figure={numberText(actsOf(today), v.language)}
        more={t.answers(
          numberText(answers.granted, v.language),
          numberText(answers.refused, v.language),
          numberText(answers.withdrawn, v.language),
        )}
        href={v.may('consents') ? `/console/consents?from=${f.today}` : undefined}
      />
      <Tile
        label={t.rate}
        figure={rate === null ? '–' : shareText(rate, v.language)}
        more={earlier === null ? t.rate_none : t.rate_before(shareText(earlier, v.language))}
        href={v.may('report') ? '/console/reports' : undefined}
      />
      <Tile
        label={t.withdrawals}
        figure={numberText(sumOf(week.filter((c) => c.status === 'withdrawn' || c.status === 'objected')), v.language)}
        more={t.withdrawals_more}
        href={v.may('consents') ? '/console/consents?status=withdrawn' : undefined}
      />
      <Tile
        label={t.requests}
        figure={numberText(f.requests.open, v.language)}
        tone={f.requests.overdue > 0 ? 'alarm' : undefined}
        more={t.requests_more(numberText(f.requests.soon, v.language), numberText(f.requests.overdue, v.language))}
        href={v.may('requests') ? '/console/requests' : undefined}
      />
      <Tile
        label={t.deliveries}
        figure={numberText(failing, v.language)}
        tone={failing > 0 ? 'alarm' : 'fine'}
        more={failing > 0 ? t.deliveries_bad : t.deliveries_good(numberText(f.mails.pending, v.language))}
        href={v.may('connections') ? '/console/connections' : undefined}
      />
      <Tile
        label={t.log}
        figure={numberText(
          sumLogs(f, (l) => l.signed),
          v.language,
        )}
        tone={unsigned === 0 ? 'fine' : undefined}
        more={signedAt === 0 ? t.log_unsigned : t.log_more(numberText(unsigned, v.language))}
        href={v.may('audit') ? '/console/audit' : undefined}
      />
    </div>
  );
}

const sumLogs = (f: Facts, of: (l: Facts['logs'][number]) => number): number => f.logs.reduce((n, l) => n + of(l), 0);

const Needs = ({ v, needs }: { v: View; needs: readonly Need[] }): Markup => (
  <Card title={v.t.today.needs_title} flush>
    {needs.length === 0 ? (
      <Empty title={v.t.today.nothing} text={v.t.today.nothing_text} />
    ) : (
      <ul class="todo">
        {needs.map((n) => (
          <li>
            <div>
              <strong>{n.title}</strong>
              <p>{n.text}</p>
            </div>
            <a class="button small" href={n.href}>
              {n.action}
            </a>
          </li>
        ))}
      </ul>
    )}
  </Card>
);

/** The last two weeks at a glance; the table of the same figures is under Reports. */
function Fortnight({ v, f }: { v: View; f: Facts }): Markup | null {
  const days = daysBetween(dayBefore(f.today, 13), f.today);
  const answers = days.map((d) => answersOf(f.cells.filter((c) => c.day === d)));
  const most = Math.max(...answers.map((a) => a.granted + a.refused + a.withdrawn));
  if (most === 0) return null;
  const total = answersOf(f.cells.filter((c) => c.day >= days[0]!));
  const text = (n: number) => numberText(n, v.language);
  const label = (d: string, i: number) =>
    i % 6 === 0 || i === days.length - 1 ? timeText(Date.parse(d), v.language, 'UTC', 'day') : '';
  return (
    <Card title={v.t.today.fortnight}>
      <StackedChart
        id="fortnight"
        title={v.t.today.fortnight}
        description={v.t.reports.answers_text(text(total.granted), text(total.refused), text(total.withdrawn))}
        labels={days.map(label)}
        max={ceiling(most)}
        text={text}
        series={[
          { name: v.t.status.granted, values: answers.map((a) => a.granted) },
          { name: v.t.status.refused, values: answers.map((a) => a.refused) },
          { name: v.t.status.withdrawn, values: answers.map((a) => a.withdrawn) },
        ]}
      />
    </Card>
  );
}

const Logs = ({ v, f }: { v: View; f: Facts }): Markup => (
  <Card title={v.t.today.proof}>
    <p class="soft">{v.t.today.proof_text}</p>
    <dl class="facts">
      {f.logs.map((l) => (
        <>
          <dt>{l.name}</dt>
          <dd>
            {numberText(l.signed, v.language)} {l.at === null ? null : <Time v={v} at={l.at} style="ago" />}
          </dd>
        </>
      ))}
    </dl>
  </Card>
);

export const todayRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console',
    right: 'see',
    summary: 'Today: how things stand and what needs somebody',
    show: async (v, call) => {
      const f = await factsOf(ports, v.now, call.context());
      return html(
        <Layout v={v} at="today" title={v.t.nav.today} lead={v.t.today.lead}>
          {f.complete ? null : (
            <div class="note warn">
              <p>{v.t.common.counting}</p>
            </div>
          )}
          <Tiles v={v} f={f} />
          <div class="columns">
            <div class="stack">
              <Needs v={v} needs={needsOf(v, f)} />
              <Fortnight v={v} f={f} />
            </div>
            <Logs v={v} f={f} />
          </div>
        </Layout>,
      );
    },
  }),
];
