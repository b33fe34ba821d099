import * as z from 'zod';
import { type CallContext, need, type Role, roles, type Wire } from '../../platform';
import { putDefinition } from '../definitions';
import { Area, ErrorNote, Input, Select } from '../fields';
import type { Form, FormErrors } from '../form';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page } from '../page';
import { Card, Chip, Copy, Csrf, Table, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import { languages } from '../texts';
import type { View } from '../view';

const UP = '/console/settings';
const staffParams = z.object({ staff: z.string().regex(/^stf_[0-9a-z]{20}$/, 'must be stf_…') });

type Member = { id: string; name: string; role: Role; created_at: number; disabled_at: number | null };
type Controller = { name: string; contact: string; address?: string; privacy_url?: string; mspa_signed?: boolean };

const StaffRow = ({ v, m }: { v: View; m: Member }): Markup => (
  <tr data-row>
    <th scope="row">
      {m.name} {m.id === v.staff ? <Chip tone="accent">{v.t.settings.you}</Chip> : null}
    </th>
    <td>{v.t.role[m.role]}</td>
    <td>
      <Time v={v} at={m.created_at} style="day" />
    </td>
    <td>
      {m.disabled_at === null ? (
        <Chip tone="good">{v.t.connections.active}</Chip>
      ) : (
        <Chip tone="bad">{v.t.settings.disabled}</Chip>
      )}
    </td>
    <td class="right">
      {v.may('staff') && m.disabled_at === null ? (
        <span class="row">
          <form class="inline" method="post" action={`${UP}/staff/${m.id}/link`}>
            <Csrf v={v} />
            <button class="button small" type="submit">
              {v.t.settings.link}
              <span class="hidden">{`: ${m.name}`}</span>
            </button>
          </form>
          {m.id === v.staff ? null : (
            <form class="inline" method="post" action={`${UP}/staff/${m.id}/disable`}>
              <Csrf v={v} />
              <button class="button small danger" type="submit">
                {v.t.settings.disable}
                <span class="hidden">{`: ${m.name}`}</span>
              </button>
            </form>
          )}
        </span>
      ) : null}
    </td>
  </tr>
);

const Staff = ({ v, staff }: { v: View; staff: readonly Member[] }): Markup => {
  const t = v.t.settings;
  return (
    <Card title={t.staff} flush>
      <Table label={t.staff} head={[v.t.connections.name, t.role, t.since, v.t.connections.state, '']}>
        {staff.map((m) => (
          <StaffRow v={v} m={m} />
        ))}
      </Table>
    </Card>
  );
};

const AddStaff = ({ v, form, errors }: { v: View; form?: Form; errors?: FormErrors }): Markup | null => {
  const t = v.t.settings;
  if (!v.may('staff')) return null;
  return (
    <Card title={t.add}>
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <form class="fields" method="post" action={`${UP}/staff`}>
        <Csrf v={v} />
        <Input
          name="name"
          label={v.t.connections.name}
          value={form?.text('name')}
          errors={errors}
          required
          autocomplete="name"
        />
        <Select
          name="role"
          label={t.role}
          value={form?.text('role') ?? 'officer'}
          errors={errors}
          options={roles.map((value) => ({ value, label: `${v.t.role[value]}: ${t.role_help[value]}` }))}
        />
        <div class="row wide">
          <button class="button primary" type="submit">
            {t.add_button}
          </button>
        </div>
      </form>
    </Card>
  );
};

type Org = { version: number; body: Partial<Controller> };

const Organisation = ({ v, org, errors }: { v: View; org: Org; errors?: FormErrors }): Markup => {
  const t = v.t.settings;
  const b = org.body;
  const disabled = !v.may('declare');
  return (
    <Card title={t.organisation}>
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <form class="fields" method="post" action={`${UP}/controller`}>
        <Csrf v={v} />
        <input type="hidden" name="version" value={String(org.version)} />
        <Input name="name" label={t.controller} help={t.controller_help} value={b.name} errors={errors} required />
        <Input name="contact" label={t.contact} help={t.contact_help} value={b.contact} errors={errors} required />
        <Area name="address" label={t.address} value={b.address} errors={errors} short />
        <Input name="privacy_url" label={t.privacy_url} type="url" value={b.privacy_url} errors={errors} />
        {disabled ? null : (
          <div class="row wide">
            <button class="button primary" type="submit">
              {v.t.common.save}
            </button>
          </div>
        )}
      </form>
    </Card>
  );
};

const Preferences = ({ v }: { v: View }): Markup => (
  <Card title={v.t.settings.preferences}>
    <form class="row" method="post" action="/console/language">
      <Csrf v={v} />
      <input type="hidden" name="next" value={UP} />
      <label for="language">{v.t.settings.language}</label>
      <select id="language" class="fit" name="language">
        {languages.map((l) => (
          <option value={l} lang={l} selected={l === v.language}>
            {v.t.language[l]}
          </option>
        ))}
      </select>
      <button class="button" type="submit">
        {v.t.common.save}
      </button>
    </form>
    <p class="soft">{v.t.settings.zone(v.zone)}</p>
  </Card>
);

type Wrong = { org?: { org: Org; errors: FormErrors }; staff?: { form: Form; errors: FormErrors } };

async function show(ports: ConsolePorts, v: View, context: CallContext, wrong: Wrong = {}) {
  const staff = need(await ports.registry.run('staff.list', {}, context)) as Member[];
  const entry = need(await ports.registry.run('definitions.get', { kind: 'controller', key: 'main' }, context));
  const org: Org = { version: entry?.version ?? 0, body: (entry?.body ?? {}) as Partial<Controller> };
  return html(
    <Layout
      v={v}
      at="settings"
      title={v.t.nav.settings}
      lead={v.t.settings.lead}
      actions={
        v.may('declare') ? (
          <a class="button" href={`${UP}/requests`}>
            {v.t.rules.title}
          </a>
        ) : null
      }
    >
      <Staff v={v} staff={staff} />
      <AddStaff v={v} {...wrong.staff} />
      <Organisation v={v} org={wrong.org?.org ?? org} errors={wrong.org?.errors} />
      <Preferences v={v} />
    </Layout>,
    wrong.org || wrong.staff ? 422 : 200,
  );
}

async function link(ports: ConsolePorts, v: View, staff: string, context: CallContext): Promise<Response> {
  const made = need(await ports.registry.run('staff.link', { staff }, context));
  const t = v.t.settings;
  return html(
    <Layout v={v} at="settings" title={t.link_made} up={{ label: v.t.nav.settings, href: UP }}>
      <div class="note good" role="status">
        <p>{t.link_text}</p>
      </div>
      <Card>
        <Copy v={v} id="link" label={t.link_label} value={`${ports.publicUrl}/console/sign-in?token=${made.token}`} />
        <p class="soft">
          {t.link_until} <Time v={v} at={made.expires_at} />
        </p>
      </Card>
    </Layout>,
  );
}

async function addStaff(ports: ConsolePorts, v: View, form: Form, context: CallContext): Promise<Response> {
  const role = roles.find((r) => r === form.text('role'));
  const name = form.text('name').slice(0, 200);
  const fields = { ...(name ? {} : { name: v.t.common.needed }), ...(role ? {} : { role: v.t.common.choose_one }) };
  if (!name || !role)
    return show(ports, v, context, { staff: { form, errors: { message: v.t.common.incomplete, fields } } });
  const made = need(await ports.registry.run('staff.create', { name, role }, context));
  return link(ports, v, made.id, context);
}

async function saveController(ports: ConsolePorts, v: View, form: Form, context: CallContext): Promise<Response> {
  const before = need(await ports.registry.run('definitions.get', { kind: 'controller', key: 'main' }, context));
  const { address: _, privacy_url: __, ...kept } = (before?.body ?? {}) as Partial<Controller>;
  const body = {
    ...kept,
    name: form.text('name'),
    contact: form.text('contact'),
    ...(form.maybe('address') ? { address: form.text('address') } : {}),
    ...(form.maybe('privacy_url') ? { privacy_url: form.text('privacy_url') } : {}),
  };
  const version = Number(form.text('version')) || 0;
  const errors = await putDefinition(ports, { kind: 'controller', key: 'main', body: body as Wire }, version, context);
  return errors ? show(ports, v, context, { org: { org: { version, body }, errors } }) : doneAt(UP, 'saved');
}

export const settingsRoutes = (ports: ConsolePorts) => [
  page({
    path: UP,
    right: 'settings',
    summary: 'People and roles, the organisation, preferences',
    show: (v, call) => show(ports, v, call.context()),
  }),
  deed(ports, {
    path: `${UP}/staff`,
    right: 'staff',
    summary: 'Add a member of staff; answers with a sign-in link, shown once',
    act: (v, form, call) => addStaff(ports, v, form, call.context()),
  }),
  deed(ports, {
    path: `${UP}/staff/{staff}/link`,
    right: 'staff',
    summary: 'Make a one-time sign-in link; it is shown once',
    params: staffParams,
    act: (v, _form, call) => link(ports, v, call.params.staff, call.context()),
  }),
  deed(ports, {
    path: `${UP}/staff/{staff}/disable`,
    right: 'staff',
    summary: 'End a member of staff’s access and all their sessions',
    params: staffParams,
    act: async (_v, _form, call) => {
      need(await ports.registry.run('staff.disable', { staff: call.params.staff }, call.context()));
      return doneAt(UP, 'disabled');
    },
  }),
  deed(ports, {
    path: `${UP}/controller`,
    right: 'declare',
    summary: 'Say who the organisation is',
    act: (v, form, call) => saveController(ports, v, form, call.context()),
  }),
];
