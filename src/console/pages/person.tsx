import * as z from 'zod';
import { homeOf, type Rulebook } from '../../consent';
import { type CallContext, need, parseVaultId } from '../../platform';
import { Input } from '../fields';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page, seeOther } from '../page';
import { Card, Chip, Csrf, Facts, StatusChip, Time } from '../parts';
import { activePerson, type PersonData, personOf } from '../people';
import type { ConsolePorts } from '../ports';
import { requestsOfPerson } from '../requests';
import type { QueuedRequest } from '../requests-store';
import type { View } from '../view';
import { purposeName } from './consents';
import { RecordPage, record, WithdrawPage, withdraw } from './person-forms';
import { DueChip, stateTone } from './requests';
import { Timeline } from './timeline';

export const personParams = z.object({
  person: z.string().refine((p) => parseVaultId(p)?.prefix === 'per', 'must be per_…'),
});

type Revealed = { kind: string; value: string | null; verified: boolean }[];

function Identity({ v, p, revealed }: { v: View; p: PersonData; revealed?: Revealed }): Markup {
  const t = v.t.person;
  const kinds = [...new Set(p.contacts.map((c) => v.t.identifier[c.kind as 'email'] ?? c.kind))];
  return (
    <Card title={t.identity}>
      <Facts
        rows={[
          [t.pseudonym, <code>{p.person}</code>],
          [t.known_since, <Time v={v} at={p.known_since} />],
          [t.last_seen, <Time v={v} at={p.last_seen} />],
          [t.region, p.region ?? v.t.consents.region_unknown],
          [t.reachable, kinds.length > 0 ? kinds.join(', ') : t.reachable_none],
          ...(revealed ?? []).map(
            (r) => [v.t.identifier[r.kind as 'email'] ?? r.kind, <strong>{r.value ?? t.key_gone}</strong>] as const,
          ),
        ]}
      />
      {revealed ? (
        <p class="soft">{revealed.length > 0 ? t.revealed : t.revealed_none}</p>
      ) : v.may('reveal') ? (
        <details>
          <summary>{t.reveal}</summary>
          <form class="stack" method="post" action={`/console/people/${p.person}/reveal`}>
            <Csrf v={v} />
            <Input name="reason" label={t.reveal_reason} help={t.reveal_help} required />
            <div class="row">
              <button class="button" type="submit">
                {t.reveal_button}
              </button>
            </div>
          </form>
        </details>
      ) : null}
    </Card>
  );
}

function MatrixRow({
  v,
  book,
  p,
  row,
}: {
  v: View;
  book: Rulebook;
  p: PersonData;
  row: PersonData['matrix'][number];
}): Markup {
  const [now, ...channels] = row.cells;
  const state = p.state[row.purpose];
  const reason = (r: string) => v.t.reason[r as 'granted'] ?? r;
  return (
    <tr>
      <th scope="row">{purposeName(v, book, row.purpose)}</th>
      <td>
        <StatusChip v={v} status={state?.status ?? 'never_asked'} />
      </td>
      <td>
        {now ? (
          <Chip tone={now.allowed ? 'good' : 'bad'}>{now.allowed ? `✓ ${v.t.common.yes}` : `✕ ${v.t.common.no}`}</Chip>
        ) : null}{' '}
        <span class="soft small">{now ? reason(now.reason) : ''}</span>
      </td>
      <td>
        <span class="chips">
          {channels.map((c) => (
            <Chip
              tone={c.allowed ? 'good' : 'bad'}
            >{`${c.allowed ? '✓' : '✕'} ${v.t.channel[c.channel as 'email'] ?? c.channel}`}</Chip>
          ))}
          {channels.length === 0 ? <span class="soft">–</span> : null}
        </span>
      </td>
      <td>{state?.valid_until ? <Time v={v} at={state.valid_until} style="day" /> : <span class="soft">–</span>}</td>
    </tr>
  );
}

const Matrix = ({ v, book, p }: { v: View; book: Rulebook; p: PersonData }): Markup => {
  const t = v.t.person;
  return (
    <Card title={t.matrix} flush>
      <section class="table" aria-label={t.matrix} tabindex={0}>
        <table>
          <caption>{t.matrix_text}</caption>
          <thead>
            <tr>
              {[t.purpose, t.said, t.may_use, t.by_channel, t.until].map((h) => (
                <th scope="col">{h}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {p.matrix.map((row) => (
              <MatrixRow v={v} book={book} p={p} row={row} />
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
};

const Actions = ({ v, person }: { v: View; person: string }): Markup | null =>
  v.may('record') ? (
    <>
      <a class="button" href={`/console/people/${person}/record`}>
        {v.t.person.record}
      </a>
      <a class="button danger" href={`/console/people/${person}/withdraw`}>
        {v.t.person.withdraw}
      </a>
    </>
  ) : null;

const Requests = ({ v, requests }: { v: View; requests: readonly QueuedRequest[] }): Markup => (
  <Card
    title={v.t.person.requests}
    actions={
      v.may('answer') ? (
        <a class="button small" href="/console/requests/new">
          {v.t.person.request}
        </a>
      ) : null
    }
  >
    {requests.length === 0 ? <p class="soft">{v.t.person.no_requests}</p> : null}
    {requests.map((r) => (
      <p class="row">
        <a href={`/console/requests/${r.id}`}>{v.t.right[r.right as 'access'] ?? r.right}</a>
        <Chip tone={stateTone(r.state)}>{v.t.request_state[r.state as 'received'] ?? r.state}</Chip>
        <DueChip v={v} r={r} />
      </p>
    ))}
  </Card>
);

async function show(ports: ConsolePorts, v: View, person: string, context: CallContext, revealed?: Revealed) {
  const { book } = await ports.snapshot();
  const [p, requests] = await Promise.all([personOf(ports, person, context), requestsOfPerson(ports, person, context)]);
  return html(
    <Layout
      v={v}
      at="consents"
      title={v.t.person.title}
      lead={v.t.person.lead(p.records.length)}
      up={{ label: v.t.nav.consents, href: '/console/consents' }}
      actions={<Actions v={v} person={person} />}
    >
      {p.restricted ? (
        <div class="note warn">
          <p>{v.t.person.restricted}</p>
        </div>
      ) : null}
      <Matrix v={v} book={book} p={p} />
      <div class="columns">
        <Card title={v.t.person.timeline}>
          <Timeline v={v} book={book} p={p} />
        </Card>
        <div class="stack">
          <Identity v={v} p={p} revealed={revealed} />
          {v.may('requests') ? <Requests v={v} requests={requests} /> : null}
        </div>
      </div>
    </Layout>,
  );
}

export const personRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/people/{person}',
    right: 'consents',
    summary: 'One person: what holds, and everything that happened',
    params: personParams,
    show: async (v, call) => {
      const person = await activePerson(ports, call.params.person, call.context());
      return person === call.params.person
        ? show(ports, v, person, call.context())
        : seeOther(`/console/people/${person}`);
    },
  }),
  deed(ports, {
    path: '/console/people/{person}/reveal',
    right: 'reveal',
    summary: 'Show who a pseudonym is, with a reason that is written down',
    params: personParams,
    act: async (v, form, call) => {
      const { person } = call.params;
      if (form.text('reason').length < 3) return doneAt(`/console/people/${person}`, 'reason_needed');
      const reason = form.text('reason').slice(0, 500);
      const points = need(await homeOf(ports.vaults, person).run('console.reveal', { person, reason }, call.context()));
      return show(ports, v, person, call.context(), points);
    },
  }),
  page({
    path: '/console/people/{person}/record',
    right: 'record',
    summary: 'Form: a consent that was given by phone or on paper',
    params: personParams,
    show: async (v, call) => {
      const { book } = await ports.snapshot();
      return html(<RecordPage v={v} book={book} person={call.params.person} />);
    },
  }),
  deed(ports, {
    path: '/console/people/{person}/record',
    right: 'record',
    summary: 'Record a consent that was given by phone or on paper, with evidence',
    params: personParams,
    act: (v, form, call) => record(ports, v, form, call.params.person, call.context()),
  }),
  page({
    path: '/console/people/{person}/withdraw',
    right: 'record',
    summary: 'Form: withdraw on behalf of a person',
    params: personParams,
    show: async (v, call) => {
      const { book } = await ports.snapshot();
      return html(<WithdrawPage v={v} book={book} person={call.params.person} />);
    },
  }),
  deed(ports, {
    path: '/console/people/{person}/withdraw',
    right: 'record',
    summary: 'Withdraw on behalf of a person',
    params: personParams,
    act: (v, form, call) => withdraw(ports, v, form, call.params.person, call.context()),
  }),
];
