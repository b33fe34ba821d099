import { type CallContext, Refusal, utcDay, type Wire } from '../../platform';
import { csvResponse } from '../csv';
import { listOf, putDefinition } from '../definitions';
import { Area, ErrorNote, Input } from '../fields';
import type { Form, FormErrors } from '../form';
import type { RegisterEntry, RegisterHead } from '../kinds';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page } from '../page';
import { Card, Chip, Csrf, Empty, Facts } from '../parts';
import type { ConsolePorts } from '../ports';
import {
  gapsOf,
  REGISTER_COLUMNS,
  type RegisterFacts,
  type RegisterRow,
  registerRows,
  registerXlsx,
} from '../register';
import type { View } from '../view';
import { keyParams } from './purposes';

const PATH = '/console/reports/register';

type Versions = { head: number; entries: Record<string, number> };

async function factsOf(ports: ConsolePorts, context: CallContext): Promise<RegisterFacts & { versions: Versions }> {
  const heads = await listOf<RegisterHead>(ports, 'register_head', context);
  const entries = await listOf<RegisterEntry>(ports, 'register_entries', context);
  const head = heads.find((h) => h.key === 'main');
  return {
    head: head?.body ?? {},
    entries: Object.fromEntries(entries.map((e) => [e.key, e.body])),
    versions: { head: head?.version ?? 0, entries: Object.fromEntries(entries.map((e) => [e.key, e.version])) },
  };
}

async function rowsOf(ports: ConsolePorts, v: View, context: CallContext) {
  const { book } = await ports.snapshot();
  const facts = await factsOf(ports, context);
  const rows = registerRows(book, facts, {
    language: v.language,
    basis: (key) => `${v.t.basis[key as 'consent']}, ${v.t.article[key as 'consent']}`,
    days: v.t.purposes.days,
    until_fulfilled: v.t.register.until_fulfilled,
    explicit: v.t.register.explicit,
  });
  return { rows, facts };
}

const Row = ({ v, row }: { v: View; row: RegisterRow }): Markup => {
  const gaps = gapsOf(row);
  const t = v.t.register;
  const edit = v.may('declare') ? (
    <a class="button small" href={`${PATH}/${row.ref}`}>
      {v.t.common.edit}
      <span class="hidden">{`: ${row.processing}`}</span>
    </a>
  ) : null;
  return (
    <Card title={row.processing} actions={edit}>
      {gaps.length > 0 ? (
        <p>
          <Chip tone="warn">{`! ${t.gaps}`}</Chip> {gaps.map((g) => t.column[g]).join(', ')}
        </p>
      ) : (
        <p>
          <Chip tone="good">{`✓ ${t.complete}`}</Chip>
        </p>
      )}
      <Facts
        rows={REGISTER_COLUMNS.filter((c) => row[c] !== '' && c !== 'processing').map(
          (c) => [t.column[c], row[c]] as const,
        )}
      />
    </Card>
  );
};

async function show(ports: ConsolePorts, v: View, context: CallContext) {
  const { rows } = await rowsOf(ports, v, context);
  const t = v.t.register;
  const actions = (
    <>
      <a class="button" href={`${PATH}.xlsx`}>
        XLSX
      </a>
      <a class="button" href={`${PATH}.csv`}>
        CSV
      </a>
      {v.may('declare') ? (
        <a class="button primary" href={`${PATH}/main`}>
          {t.edit_head}
        </a>
      ) : null}
    </>
  );
  return html(
    <Layout
      v={v}
      at="reports"
      title={t.title}
      lead={t.lead}
      up={{ label: v.t.nav.reports, href: '/console/reports' }}
      actions={actions}
    >
      {rows.length === 0 ? (
        <Card>
          <Empty title={v.t.purposes.none} text={v.t.purposes.none_text} />
        </Card>
      ) : null}
      {rows.map((row) => (
        <Row v={v} row={row} />
      ))}
    </Layout>,
  );
}

const HEAD_FIELDS = ['representative', 'joint_controllers', 'dpo', 'security'] as const;
const ENTRY_FIELDS = [
  'people',
  'source',
  'transfers',
  'safeguards',
  'security',
  'automated',
  'assessment',
  'owner',
] as const;

type EditProps = {
  v: View;
  name: string;
  title: string;
  version: number;
  body: RegisterHead & RegisterEntry;
  errors?: FormErrors;
};

const EditPage = ({ v, name, title, version, body, errors }: EditProps): Markup => {
  const t = v.t.register;
  const fields = name === 'main' ? HEAD_FIELDS : ENTRY_FIELDS;
  return (
    <Layout v={v} at="reports" title={title} lead={t.edit_lead} up={{ label: t.title, href: PATH }}>
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <Card>
        <form class="fields" method="post" action={`${PATH}/${name}`}>
          <Csrf v={v} />
          <input type="hidden" name="version" value={String(version)} />
          {fields.map((f) => (
            <Area name={f} label={t.column[f]} help={t.help[f]} value={body[f]} errors={errors} short />
          ))}
          {name === 'main' ? null : (
            <Input name="reviewed" label={t.column.reviewed} type="date" value={body.reviewed} errors={errors} />
          )}
          <div class="row wide">
            <button class="button primary" type="submit">
              {v.t.common.save}
            </button>
            <a class="button" href={PATH}>
              {v.t.common.cancel}
            </a>
          </div>
        </form>
      </Card>
    </Layout>
  );
};

async function edited(ports: ConsolePorts, v: View, name: string, context: CallContext): Promise<EditProps> {
  const { book } = await ports.snapshot();
  const { head, entries, versions } = await factsOf(ports, context);
  if (name === 'main') return { v, name, title: v.t.register.edit_head, version: versions.head, body: head };
  const purpose = book.purposes[name];
  if (!purpose) throw new Refusal('not_found', 'there is no such purpose');
  const title = purpose.name[v.language] ?? purpose.name.en ?? name;
  return { v, name, title, version: versions.entries[name] ?? 0, body: entries[name] ?? {} };
}

async function save(ports: ConsolePorts, v: View, form: Form, name: string, context: CallContext): Promise<Response> {
  const page = await edited(ports, v, name, context);
  const names = name === 'main' ? HEAD_FIELDS : ([...ENTRY_FIELDS, 'reviewed'] as const);
  const body = Object.fromEntries(names.filter((n) => form.maybe(n)).map((n) => [n, form.text(n)]));
  const kind = name === 'main' ? 'register_head' : 'register_entries';
  const version = Number(form.text('version')) || 0;
  const wrong = await putDefinition(ports, { kind, key: name, body: body as Wire }, version, context);
  return wrong ? html(<EditPage {...page} body={body} errors={wrong} />, 422) : doneAt(PATH, 'saved');
}

const attachment = (body: Blob, name: string): Response =>
  new Response(body.stream(), {
    headers: {
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': `attachment; filename="${name}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });

export const registerRoutes = (ports: ConsolePorts) => [
  page({
    path: PATH,
    right: 'register',
    summary: 'Record of processing activities (GDPR Art. 30)',
    show: (v, call) => show(ports, v, call.context()),
  }),
  page({
    path: `${PATH}.xlsx`,
    right: 'register',
    summary: 'The record of processing as a workbook',
    show: async (v, call) => {
      const { rows } = await rowsOf(ports, v, call.context());
      const book = await registerXlsx(rows, v.t.register.column, v.t.register.sheet);
      return attachment(book, `record-of-processing-${utcDay(v.now)}.xlsx`);
    },
  }),
  page({
    path: `${PATH}.csv`,
    right: 'register',
    summary: 'The record of processing as CSV',
    show: async (v, call) => {
      const { rows } = await rowsOf(ports, v, call.context());
      const titles = REGISTER_COLUMNS.map((c) => v.t.register.column[c]);
      async function* pages() {
        yield rows.map((row) => REGISTER_COLUMNS.map((c) => row[c]));
      }
      return csvResponse(`record-of-processing-${utcDay(v.now)}`, titles, pages());
    },
  }),
  page({
    path: `${PATH}/{key}`,
    right: 'declare',
    summary: 'Form: what the record of processing says beyond the purpose',
    params: keyParams,
    show: async (v, call) => html(<EditPage {...(await edited(ports, v, call.params.key, call.context()))} />),
  }),
  deed(ports, {
    path: `${PATH}/{key}`,
    right: 'declare',
    summary: 'Keep what the record of processing says beyond the purpose',
    params: keyParams,
    act: (v, form, call) => save(ports, v, form, call.params.key, call.context()),
  }),
];
