import * as z from 'zod';
import { homeOf, type Rulebook } from '../../consent';
import { type CallContext, need, parseVaultId } from '../../platform';
import { errorsOf, type Form, type FormErrors } from '../form';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page, seeOther } from '../page';
import { Area, Card, Check, Checks, Chip, Csrf, ErrorNote, Facts, Input, StatusChip, Time } from '../parts';
import { activePerson, choosable, type PersonData, personOf } from '../people';
import type { ConsolePorts } from '../ports';
import { requestsOfPerson } from '../requests';
import type { QueuedRequest } from '../requests-store';
import type { View } from '../view';
import { purposeName } from './consents';
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

type FormProps = { v: View; book: Rulebook; person: string; form?: Form; errors?: FormErrors };

const Purposes = ({ v, book, form }: Pick<FormProps, 'v' | 'book' | 'form'>): Markup => (
  <Checks legend={v.t.person.purposes}>
    {choosable(book).map((p) => (
      <Check
        name="purposes"
        value={p.key}
        label={purposeName(v, book, p.key)}
        help={p.special_category ? v.t.person.special : undefined}
        checked={form?.all('purposes').includes(p.key)}
      />
    ))}
  </Checks>
);

const RecordPage = ({ v, book, person, form, errors }: FormProps): Markup => {
  const t = v.t.person;
  return (
    <Layout
      v={v}
      at="consents"
      title={t.record}
      lead={t.record_lead}
      up={{ label: t.title, href: `/console/people/${person}` }}
    >
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <Card>
        <form class="fields" method="post" action={`/console/people/${person}/record`}>
          <Csrf v={v} />
          <Purposes v={v} book={book} form={form} />
          <Input
            name="evidence.when"
            label={t.when}
            help={t.when_help}
            type="datetime-local"
            value={form?.text('evidence.when')}
            errors={errors}
            required
          />
          <Input
            name="evidence.how"
            label={t.how}
            help={t.how_help}
            value={form?.text('evidence.how')}
            errors={errors}
            required
          />
          <Area
            name="evidence.wording"
            label={t.wording}
            help={t.wording_help}
            value={form?.text('evidence.wording')}
            errors={errors}
            wide
            short
            required
          />
          <Input
            name="evidence.by"
            label={t.by}
            help={t.by_help}
            value={form?.text('evidence.by')}
            errors={errors}
            required
          />
          <div class="row wide">
            <button class="button primary" type="submit">
              {t.record_button}
            </button>
            <a class="button" href={`/console/people/${person}`}>
              {v.t.common.cancel}
            </a>
          </div>
        </form>
      </Card>
    </Layout>
  );
};

const WithdrawPage = ({ v, book, person, form, errors }: FormProps): Markup => {
  const t = v.t.person;
  return (
    <Layout
      v={v}
      at="consents"
      title={t.withdraw}
      lead={t.withdraw_lead}
      up={{ label: t.title, href: `/console/people/${person}` }}
    >
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <Card>
        <form class="fields" method="post" action={`/console/people/${person}/withdraw`}>
          <Csrf v={v} />
          <Purposes v={v} book={book} form={form} />
          <div class="row wide">
            <button class="button danger" type="submit">
              {t.withdraw_button}
            </button>
            <a class="button" href={`/console/people/${person}`}>
              {v.t.common.cancel}
            </a>
          </div>
        </form>
      </Card>
    </Layout>
  );
};

/** A `datetime-local` value is taken as UTC; the form says so. */
function reportedAt(form: Form): number | undefined {
  const at = Date.parse(`${form.text('evidence.when')}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function missing(v: View, form: Form, names: readonly string[]): FormErrors {
  const fields = Object.fromEntries(names.filter((n) => !form.text(n)).map((n) => [n, v.t.common.needed]));
  if (form.all('purposes').length === 0) fields.purposes = v.t.common.choose_one;
  return Object.keys(fields).length > 0 ? { message: v.t.common.incomplete, fields } : undefined;
}

const EVIDENCE = ['evidence.when', 'evidence.how', 'evidence.wording', 'evidence.by'] as const;

async function record(ports: ConsolePorts, v: View, form: Form, person: string, context: CallContext) {
  const { book } = await ports.snapshot();
  const again = (errors: FormErrors) =>
    html(<RecordPage v={v} book={book} person={person} form={form} errors={errors} />, 422);
  const reported = reportedAt(form);
  const wrong = missing(v, form, EVIDENCE);
  if (wrong) return again(wrong);
  if (reported === undefined) return again({ message: '', fields: { 'evidence.when': v.t.common.no_time } });
  const result = await homeOf(ports.vaults, person).run(
    'consent.record',
    {
      person,
      method: 'staff',
      choices: Object.fromEntries(form.all('purposes').map((p) => [p, 'granted' as const])),
      detail: { reported },
      evidence: {
        when: new Date(reported).toISOString(),
        how: form.text('evidence.how'),
        wording: form.text('evidence.wording'),
        by: form.text('evidence.by'),
      },
    },
    context,
  );
  return result.ok ? doneAt(`/console/people/${person}`, 'recorded') : again(errorsOf(result.error));
}

async function withdraw(ports: ConsolePorts, v: View, form: Form, person: string, context: CallContext) {
  const { book } = await ports.snapshot();
  const again = (errors: FormErrors) =>
    html(<WithdrawPage v={v} book={book} person={person} form={form} errors={errors} />, 422);
  const wrong = missing(v, form, []);
  if (wrong) return again(wrong);
  const choices = Object.fromEntries(form.all('purposes').map((p) => [p, 'withdrawn' as const]));
  const result = await homeOf(ports.vaults, person).run(
    'consent.record',
    { person, method: 'staff', choices, detail: {} },
    context,
  );
  return result.ok ? doneAt(`/console/people/${person}`, 'withdrawn') : again(errorsOf(result.error));
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
