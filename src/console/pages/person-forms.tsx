import { homeOf, type Rulebook } from '../../consent';
import type { CallContext } from '../../platform';
import { Area, Check, Checks, ErrorNote, Input } from '../fields';
import { errorsOf, type Form, type FormErrors } from '../form';
import { Layout } from '../layout';
import { doneAt, html, type Markup } from '../page';
import { Card, Csrf } from '../parts';
import { choosable } from '../people';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';
import { purposeName } from './consents';

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

export const RecordPage = ({ v, book, person, form, errors }: FormProps): Markup => {
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

export const WithdrawPage = ({ v, book, person, form, errors }: FormProps): Markup => {
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

export async function record(ports: ConsolePorts, v: View, form: Form, person: string, context: CallContext) {
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

export async function withdraw(ports: ConsolePorts, v: View, form: Form, person: string, context: CallContext) {
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
