import * as z from 'zod';
import { type LogFilter, type LoggedEntry, searchLogs } from '../../audit';
import { askAll, type CallContext, isObject, need, type Wire } from '../../platform';
import { Input, Select } from '../fields';
import { numberText } from '../format';
import { Layout } from '../layout';
import { deed, html, type Markup, page } from '../page';
import { Card, Chip, Copy, Csrf, Empty, Pager, PersonLink, Table, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import { type Verified, verifyLogs } from '../verify';
import type { View } from '../view';

const text = z.string().max(200).optional();
const query = z.object({
  log: text,
  event: text,
  actor: text,
  person: text,
  purpose: text,
  from: text,
  to: text,
  cursor: z.string().max(16_384).optional(),
  done: text,
});
type Query = z.infer<typeof query>;

const DAY_MS = 86_400_000;
const dayOf = (s: string | undefined, plus = 0): number | undefined => {
  const at = s ? Date.parse(s) : Number.NaN;
  return Number.isNaN(at) ? undefined : at + plus;
};

function filterOf(q: Query): LogFilter {
  const all: LogFilter = {
    event: q.event || undefined,
    actor: q.actor || undefined,
    person: q.person || undefined,
    purpose: q.purpose || undefined,
    from: dayOf(q.from),
    to: dayOf(q.to, DAY_MS),
  };
  return Object.fromEntries(Object.entries(all).filter(([, x]) => x !== undefined)) as LogFilter;
}

function viewParams(q: Query): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(q))
    if (value && name !== 'cursor' && name !== 'done') params.set(name, value);
  return params;
}

type Envelope = {
  event: string;
  actor: { type: string; id: string };
  person?: string;
  purpose?: string;
  outcome?: string;
  request?: string;
  data?: Wire;
};

const asJson = (x: Wire | undefined): string => JSON.stringify(x ?? null, null, 2);

function Change({ v, data }: { v: View; data: Wire }): Markup {
  if (!isObject(data) || !('after' in data) || !('before' in data)) return <pre>{asJson(data)}</pre>;
  return (
    <div class="halves">
      <div>
        <h3>{v.t.audit.before}</h3>
        <pre>{asJson(data.before)}</pre>
      </div>
      <div>
        <h3>{v.t.audit.after}</h3>
        <pre>{asJson(data.after)}</pre>
      </div>
    </div>
  );
}

function EntryRow({ v, e }: { v: View; e: LoggedEntry }): Markup {
  const envelope = e.envelope as unknown as Envelope | null;
  const t = v.t.audit;
  return (
    <tr data-row>
      <td class="nowrap">
        <span class="soft small">{e.log}</span> {numberText(e.seq, v.language)}
      </td>
      <td>
        <Time v={v} at={e.at} />
      </td>
      <td>
        {envelope ? (
          <code>{envelope.event}</code>
        ) : (
          <Chip tone="warn">{e.erased_by === null ? t.sealed : t.erased(e.erased_by)}</Chip>
        )}
        {envelope?.outcome ? <span class="soft small">{` ${envelope.outcome}`}</span> : null}
        {envelope?.data !== undefined ? (
          <details>
            <summary class="small">{v.t.person.details}</summary>
            <Change v={v} data={envelope.data} />
          </details>
        ) : null}
      </td>
      <td>{envelope ? <span class="mono">{`${envelope.actor.type} ${envelope.actor.id}`}</span> : '–'}</td>
      <td>{envelope?.person?.startsWith('per_') ? <PersonLink id={envelope.person} /> : '–'}</td>
    </tr>
  );
}

function Filters({ v, q, logs }: { v: View; q: Query; logs: readonly string[] }): Markup {
  const t = v.t.audit;
  return (
    <form class="filters" method="get" action="/console/audit">
      <Select
        name="log"
        label={t.log}
        empty={v.t.consents.any}
        value={q.log}
        options={logs.map((value) => ({ value, label: value }))}
      />
      <Input name="event" label={t.event} value={q.event} search />
      <Input name="actor" label={t.actor} value={q.actor} />
      <Input name="person" label={t.person} value={q.person} />
      <Input name="purpose" label={t.purpose} value={q.purpose} />
      <Input name="from" label={v.t.consents.from} type="date" value={q.from} />
      <Input name="to" label={v.t.consents.to} type="date" value={q.to} />
      <div class="row">
        <button class="button primary" type="submit">
          {v.t.consents.filter}
        </button>
        <a class="button" href="/console/audit">
          {v.t.consents.clear}
        </a>
      </div>
    </form>
  );
}

const PAGE = 50;

function Checked({ v, checked }: { v: View; checked: Verified }): Markup {
  const t = v.t.audit;
  if (checked.kind === 'too_many')
    return (
      <div class="note warn" role="status">
        <p>{t.too_many(numberText(checked.entries, v.language))}</p>
        <pre>avow verify bundle.zip</pre>
      </div>
    );
  const { ok, findings, logs } = checked.report;
  return (
    <div class={ok ? 'note good' : 'note bad'} role="status">
      <p>
        <strong>{ok ? t.verified : t.broken}</strong>
      </p>
      <ul>
        {logs.map((l) => (
          <li>
            {t.log_checked(
              l.name,
              numberText(l.size, v.language),
              numberText(l.opened, v.language),
              numberText(l.erased, v.language),
            )}
          </li>
        ))}
        {findings.map((f) => (
          <li>
            <code>{f.code}</code> {[f.log, f.seq].filter((x) => x !== undefined).join(' ')}: {f.message}
          </li>
        ))}
      </ul>
    </div>
  );
}

type Heads = {
  name: string;
  sequenced: number;
  head: { size: number; root: string; note: string; at: number } | null;
}[];

async function headsOf(ports: ConsolePorts, context: CallContext): Promise<Heads> {
  const [registry, vaults] = await Promise.all([
    ports.registry.run('log.head', {}, context),
    askAll(ports.vaults, 'log.head', {}, context),
  ]);
  const named = vaults.values.map((head, i) => ({ name: `vault-${i}`, ...head }));
  return [{ name: 'registry', ...need(registry) }, ...named];
}

const Checkpoints = ({ v, heads }: { v: View; heads: Heads }): Markup => (
  <Card title={v.t.audit.checkpoints}>
    <p class="soft">{v.t.audit.checkpoints_text}</p>
    {heads.map((h) => (
      <details>
        <summary>
          {h.name}: {numberText(h.head?.size ?? 0, v.language)} / {numberText(h.sequenced, v.language)}{' '}
          {h.head ? <Time v={v} at={h.head.at} style="ago" /> : null}
        </summary>
        {h.head ? (
          <Copy v={v} id={`note-${h.name}`} label={v.t.audit.note} value={h.head.note} area />
        ) : (
          <p class="soft">{v.t.audit.unsigned}</p>
        )}
      </details>
    ))}
  </Card>
);

async function show(ports: ConsolePorts, v: View, q: Query, context: () => CallContext, checked?: Verified) {
  const t = v.t.audit;
  const asked = { filter: filterOf(q), log: q.log || undefined, cursor: q.cursor || undefined, limit: PAGE };
  const found = await searchLogs(ports, asked, context);
  const heads = await headsOf(ports, context());
  const verify = (
    <form method="post" action="/console/audit/verify">
      <Csrf v={v} />
      <button class="button primary" type="submit">
        {t.verify}
      </button>
    </form>
  );
  return html(
    <Layout v={v} at="audit" title={v.t.nav.audit} lead={t.lead} actions={verify}>
      {checked ? <Checked v={v} checked={checked} /> : null}
      <Checkpoints v={v} heads={heads} />
      <Card title={t.entries} flush>
        <div class="inset">
          <Filters v={v} q={q} logs={heads.map((h) => h.name)} />
        </div>
        {found.entries.length === 0 ? (
          <Empty title={t.none} text={t.none_text} />
        ) : (
          <Table label={t.entries} head={[t.number, t.time, t.event, t.actor, t.person]}>
            {found.entries.map((e) => (
              <EntryRow v={v} e={e} />
            ))}
          </Table>
        )}
        <Pager v={v} base={viewParams(q)} next={found.cursor ?? undefined} first={!q.cursor} />
      </Card>
    </Layout>,
  );
}

export const auditRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/audit',
    right: 'audit',
    summary: 'Search the log; checkpoints',
    query,
    show: (v, call) => show(ports, v, call.query, call.context),
  }),
  deed(ports, {
    path: '/console/audit/verify',
    right: 'audit',
    summary: 'Sign what is new, read the whole log back and check it',
    act: async (v, _form, call) => {
      const checked = await verifyLogs(ports, call.context());
      return show(ports, v, {}, call.context, checked);
    },
  }),
];
