import { type CallContext, need, type Wire } from '../../platform';
import { RIGHTS, settingsOf } from '../../rights';
import { putDefinition } from '../definitions';
import { Check, Checks, ErrorNote, Input } from '../fields';
import type { Form, FormErrors } from '../form';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page } from '../page';
import { Card, Csrf } from '../parts';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';

const PATH = '/console/settings/requests';

type Rules = ReturnType<typeof settingsOf>;
type Draft = { version: number; rules: Partial<Rules> };

const NUMBERS = ['link_hours', 'package_days', 'unproved_days', 'evidence_days', 'keep_days', 'backup_days'] as const;

async function rulesOf(ports: ConsolePorts, context: CallContext): Promise<Draft> {
  const { book } = await ports.snapshot();
  const entry = need(await ports.registry.run('definitions.get', { kind: 'request_rules', key: 'main' }, context));
  return { version: entry?.version ?? 0, rules: settingsOf(book) };
}

const Rights = ({
  v,
  name,
  legend,
  help,
  chosen,
}: {
  v: View;
  name: string;
  legend: string;
  help: string;
  chosen: readonly string[];
}): Markup => (
  <Checks legend={legend} help={help}>
    {RIGHTS.map((r) => (
      <Check name={name} value={r} label={v.t.right[r]} checked={chosen.includes(r)} />
    ))}
  </Checks>
);

const RulesPage = ({ v, d, errors }: { v: View; d: Draft; errors?: FormErrors }): Markup => {
  const t = v.t.rules;
  const { rules } = d;
  const text = (n: number | null | undefined) => (n === null || n === undefined ? '' : String(n));
  return (
    <Layout
      v={v}
      at="settings"
      title={t.title}
      lead={t.lead}
      up={{ label: v.t.nav.settings, href: '/console/settings' }}
    >
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <Card>
        <form class="fields" method="post" action={PATH}>
          <Csrf v={v} />
          <input type="hidden" name="version" value={String(d.version)} />
          <Rights v={v} name="four_eyes" legend={t.four_eyes} help={t.four_eyes_help} chosen={rules.four_eyes ?? []} />
          <Rights v={v} name="auto_approve" legend={t.auto} help={t.auto_help} chosen={rules.auto_approve ?? []} />
          <Input
            name="cooling_off_hours"
            label={t.cooling}
            help={t.cooling_help}
            type="number"
            min="0"
            max="168"
            value={text(rules.cooling_off_hours)}
            errors={errors}
          />
          {NUMBERS.map((n) => (
            <Input name={n} label={t.number[n]} type="number" min="0" value={text(rules[n])} errors={errors} required />
          ))}
          <Input
            name="calendar"
            label={t.calendar}
            help={t.calendar_help}
            value={rules.calendar ?? ''}
            errors={errors}
          />
          <div class="row wide">
            <button class="button primary" type="submit">
              {v.t.common.save}
            </button>
            <a class="button" href="/console/settings">
              {v.t.common.cancel}
            </a>
          </div>
        </form>
      </Card>
    </Layout>
  );
};

async function save(ports: ConsolePorts, v: View, form: Form, context: CallContext): Promise<Response> {
  const { rules: before } = await rulesOf(ports, context);
  const numbers = Object.fromEntries(NUMBERS.map((n) => [n, Number(form.text(n))]));
  const rules = {
    ...before,
    ...numbers,
    four_eyes: form.all('four_eyes') as Rules['four_eyes'],
    auto_approve: form.all('auto_approve') as Rules['auto_approve'],
    cooling_off_hours: form.maybe('cooling_off_hours') ? Number(form.text('cooling_off_hours')) : null,
    calendar: form.maybe('calendar')?.toUpperCase() ?? null,
  } as Rules;
  const version = Number(form.text('version')) || 0;
  const entry = { kind: 'request_rules', key: 'main', body: rules as unknown as Wire };
  const errors = await putDefinition(ports, entry, version, context);
  return errors
    ? html(<RulesPage v={v} d={{ version, rules }} errors={errors} />, 422)
    : doneAt('/console/settings', 'saved');
}

export const rulesRoutes = (ports: ConsolePorts) => [
  page({
    path: PATH,
    right: 'declare',
    summary: 'Form: how requests of people are handled',
    show: async (v, call) => html(<RulesPage v={v} d={await rulesOf(ports, call.context())} />),
  }),
  deed(ports, {
    path: PATH,
    right: 'declare',
    summary: 'Say how requests are handled: four eyes, what goes by itself, how long things are kept',
    act: (v, form, call) => save(ports, v, form, call.context()),
  }),
];
