import type { Rulebook } from '../../consent';
import type { CallContext, Wire } from '../../platform';
import { putDefinition } from '../definitions';
import { Area, Check, Checks, ErrorNote, Input, Select } from '../fields';
import type { Form, FormErrors } from '../form';
import { Layout } from '../layout';
import { doneAt, html, type Markup } from '../page';
import { Card, Csrf } from '../parts';
import type { ConsolePorts } from '../ports';
import { languages } from '../texts';
import type { View } from '../view';

export type Purpose = Rulebook['purposes'][string];

const BASES = [
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_interest',
  'legitimate_interests',
] as const;
const DEVICES = ['necessary', 'functional', 'analytics', 'marketing', 'sale'] as const;
const CHANNELS = ['email', 'sms', 'phone', 'post', 'push', 'messaging'] as const;

type Draft = { key: string; version: number; body: Partial<Purpose> };

const isNew = (d: Draft): boolean => d.version === 0;

function Texts({ v, d, errors }: { v: View; d: Draft; errors?: FormErrors }): Markup {
  const t = v.t.purposes;
  const shown = [...new Set([...Object.keys(d.body.name ?? {}), ...languages])];
  return (
    <div class="stack wide">
      {shown.map((l, i) => (
        <details open={i === 0 || d.body.name?.[l] !== undefined}>
          <summary>{v.t.language[l as 'en'] ?? l}</summary>
          <div class="fields">
            <Input name={`name.${l}`} label={t.name} value={d.body.name?.[l]} errors={errors} wide />
            <Area
              name={`text.${l}`}
              label={t.text}
              help={t.text_help}
              value={d.body.text?.[l]}
              errors={errors}
              wide
              short
            />
          </div>
        </details>
      ))}
    </div>
  );
}

function Switches({ v, b }: { v: View; b: Partial<Purpose> }): Markup {
  const t = v.t.purposes;
  return (
    <Checks legend={t.switches}>
      <Check name="direct_marketing" label={t.marketing} help={t.marketing_help} checked={b.direct_marketing} />
      <Check name="similar_products" label={t.similar} help={t.similar_help} checked={b.similar_products} />
      <Check name="double_opt_in" label={t.double} help={t.double_help} checked={b.double_opt_in} />
      <Check name="special_category" label={t.special} help={t.special_help} checked={b.special_category} />
      <Check name="own_unit" label={t.units_word.own} help={t.own_help} checked={b.units === 'own'} />
      <Check name="archived" label={t.archive} help={t.archive_help} checked={b.archived} />
    </Checks>
  );
}

function Editor({ v, book, d, errors }: { v: View; book: Rulebook; d: Draft; errors?: FormErrors }): Markup {
  const t = v.t.purposes;
  const b = d.body;
  const days = (n: number | null | undefined) => (n ? String(n) : '');
  return (
    <Card>
      <form
        class="fields"
        method="post"
        action={isNew(d) ? '/console/purposes/new' : `/console/purposes/${d.key}/edit`}
      >
        <Csrf v={v} />
        <input type="hidden" name="version" value={String(d.version)} />
        {isNew(d) ? <Input name="key" label={t.key} help={t.key_help} value={d.key} errors={errors} required /> : null}
        <Select
          name="basis"
          label={t.basis}
          value={b.basis ?? 'consent'}
          errors={errors}
          options={BASES.map((value) => ({ value, label: `${v.t.basis[value]} (${v.t.article[value]})` }))}
        />
        <Select
          name="device"
          label={t.device}
          value={b.device ?? ''}
          empty={t.device_none}
          errors={errors}
          options={DEVICES.map((value) => ({ value, label: t.device_word[value] }))}
        />
        <Texts v={v} d={d} errors={errors} />
        <Area
          name="categories"
          label={t.categories}
          help={t.categories_help}
          value={b.categories?.join('\n')}
          errors={errors}
          short
        />
        <Area
          name="recipients"
          label={t.recipients}
          help={t.recipients_help}
          value={b.recipients?.join('\n')}
          errors={errors}
          short
        />
        <Checks legend={t.services}>
          {Object.values(book.services).map((s) => (
            <Check name="services" value={s.key} label={s.name} checked={b.services?.includes(s.key)} />
          ))}
        </Checks>
        <Checks legend={t.channels} help={t.channels_help}>
          {CHANNELS.map((c) => (
            <Check name="channels" value={c} label={v.t.channel[c]} checked={b.channels?.includes(c)} />
          ))}
        </Checks>
        <Switches v={v} b={b} />
        <Input
          name="retention_days"
          label={t.retention_days}
          type="number"
          min="1"
          value={days(b.retention_days)}
          errors={errors}
        />
        <Input
          name="valid_days"
          label={t.valid_days}
          help={t.valid_help}
          type="number"
          min="1"
          value={days(b.valid_days)}
          errors={errors}
        />
        <Input
          name="signals"
          label={t.signals}
          help={t.signals_help}
          value={b.signals?.join(', ')}
          errors={errors}
          wide
        />
        <div class="row wide">
          <button class="button primary" type="submit">
            {v.t.common.save}
          </button>
          <a class="button" href={isNew(d) ? '/console/purposes' : `/console/purposes/${d.key}`}>
            {v.t.common.cancel}
          </a>
        </div>
      </form>
    </Card>
  );
}

export const EditPage = (p: { v: View; book: Rulebook; d: Draft; errors?: FormErrors }): Markup => (
  <Layout
    v={p.v}
    at="purposes"
    title={isNew(p.d) ? p.v.t.purposes.add : p.v.t.purposes.edit}
    lead={p.v.t.purposes.edit_lead}
    up={{ label: p.v.t.nav.purposes, href: '/console/purposes' }}
  >
    <ErrorNote errors={p.errors} title={p.v.t.common.wrong} />
    <Editor {...p} />
  </Layout>
);

const daysOf = (text: string): number | null => (text === '' ? null : Number(text));

/** What the form says, in the shape of the purpose's schema, which judges it. What the form doesn't show is kept. */
function bodyOf(form: Form, before: Partial<Purpose>): Partial<Purpose> {
  const { key: _, version: __, ...kept } = before;
  return {
    ...kept,
    name: form.record('name'),
    text: form.record('text'),
    basis: form.text('basis') as Purpose['basis'],
    device: (form.maybe('device') ?? null) as Purpose['device'],
    categories: form.list('categories'),
    recipients: form
      .text('recipients')
      .split('\n')
      .map((s) => s.trim())
      .filter(Boolean),
    services: form.all('services'),
    channels: form.all('channels') as Purpose['channels'],
    direct_marketing: form.flag('direct_marketing'),
    similar_products: form.flag('similar_products'),
    double_opt_in: form.flag('double_opt_in'),
    special_category: form.flag('special_category'),
    units: form.flag('own_unit') ? 'own' : 'group',
    retention_days: daysOf(form.text('retention_days')),
    valid_days: daysOf(form.text('valid_days')),
    signals: form.list('signals'),
    ...(form.flag('archived') ? { archived: true } : { archived: undefined }),
  };
}

const SLUG = /^[a-z][a-z0-9_]{0,62}$/;

export async function save(ports: ConsolePorts, v: View, form: Form, known: string | undefined, context: CallContext) {
  const { book } = await ports.snapshot();
  const key = known ?? form.text('key');
  const version = Number(form.text('version')) || 0;
  const body = bodyOf(form, known ? (book.purposes[key] ?? {}) : {});
  const again = (errors: FormErrors) =>
    html(<EditPage v={v} book={book} d={{ key, version, body }} errors={errors} />, 422);
  if (!SLUG.test(key)) return again({ message: '', fields: { key: v.t.common.bad_key } });
  const wrong = await putDefinition(
    ports,
    { kind: 'purposes', key, body: JSON.parse(JSON.stringify(body)) as Wire },
    version,
    context,
  );
  return wrong ? again(wrong) : doneAt(`/console/purposes/${key}`, 'saved');
}
