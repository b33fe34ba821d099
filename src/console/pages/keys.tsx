import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { askAll, type CallContext, everyVault, need, Refusal, type Scope, scopes, type Wire } from '../../platform';
import { putDefinition } from '../definitions';
import { Area, Check, Checks, ErrorNote, Input } from '../fields';
import { errorsOf, type Form, type FormErrors } from '../form';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page } from '../page';
import { Card, Chip, Copy, Csrf, Facts, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';
import type { Client } from './connections';

const UP = '/console/connections';
const clientParams = z.object({ client: z.string().regex(/^cli_[0-9a-z]{20}$/, 'must be cli_…') });
const hookParams = z.object({ hook: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a key') });

const up = (v: View) => ({ label: v.t.nav.connections, href: UP });

/** A secret is shown once, in the answer to the deed that made it; we keep its hash alone. */
const SecretPage = ({ v, title, label, value }: { v: View; title: string; label: string; value: string }): Markup => (
  <Layout v={v} at="connections" title={title} up={up(v)}>
    <div class="note good" role="status">
      <p>
        <strong>{v.t.connections.once}</strong>
      </p>
    </div>
    <Card>
      <Copy v={v} id="secret" label={label} value={value} />
      <div class="row">
        <a class="button primary" href={UP}>
          {v.t.connections.kept}
        </a>
      </div>
    </Card>
  </Layout>
);

const NewKeyPage = ({ v, form, errors }: { v: View; form?: Form; errors?: FormErrors }): Markup => {
  const t = v.t.connections;
  return (
    <Layout v={v} at="connections" title={t.add_key} lead={t.add_key_lead} up={up(v)}>
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <Card>
        <form class="fields" method="post" action={`${UP}/keys/new`}>
          <Csrf v={v} />
          <Input
            name="name"
            label={t.name}
            help={t.key_name_help}
            value={form?.text('name')}
            errors={errors}
            required
          />
          <Checks legend={t.scopes} help={t.scopes_help}>
            {scopes.map((s) => (
              <Check name="scopes" value={s} label={s} help={t.scope[s]} checked={form?.all('scopes').includes(s)} />
            ))}
          </Checks>
          <div class="row wide">
            <button class="button primary" type="submit">
              {t.make_key}
            </button>
            <a class="button" href={UP}>
              {v.t.common.cancel}
            </a>
          </div>
        </form>
      </Card>
    </Layout>
  );
};

async function clientOf(ports: ConsolePorts, id: string, context: CallContext): Promise<Client> {
  const found = (need(await ports.registry.run('client.list', {}, context)) as Client[]).find((c) => c.id === id);
  if (!found) throw new Refusal('not_found', 'there is no such key');
  return found;
}

const KeyPage = ({ v, c }: { v: View; c: Client }): Markup => {
  const t = v.t.connections;
  return (
    <Layout v={v} at="connections" title={c.name} up={up(v)}>
      <Card title={t.facts}>
        <Facts
          rows={[
            [t.scopes, c.scopes.map((s) => <Chip>{s}</Chip>)],
            [t.created, <Time v={v} at={c.created_at} />],
            [t.live_keys, String(c.keys.filter((k) => !k.expires_at || Date.parse(k.expires_at) > v.now).length)],
          ]}
        />
      </Card>
      <div class="halves">
        <Card title={t.rotate}>
          <p class="soft">{t.rotate_text}</p>
          <form class="stack" method="post" action={`${UP}/keys/${c.id}/rotate`}>
            <Csrf v={v} />
            <Input name="hours" label={t.overlap} help={t.overlap_help} type="number" min="0" max="720" value="24" />
            <div class="row">
              <button class="button primary" type="submit">
                {t.rotate}
              </button>
            </div>
          </form>
        </Card>
        <Card title={t.revoke}>
          <p class="soft">{t.revoke_text}</p>
          <form class="stack" method="post" action={`${UP}/keys/${c.id}/revoke`}>
            <Csrf v={v} />
            <Input name="confirm" label={t.confirm_name(c.name)} required />
            <div class="row">
              <button class="button danger" type="submit">
                {t.revoke}
              </button>
            </div>
          </form>
        </Card>
      </div>
    </Layout>
  );
};

async function makeKey(ports: ConsolePorts, v: View, form: Form, context: CallContext): Promise<Response> {
  const t = v.t.connections;
  const fields: Record<string, string> = {};
  if (!form.text('name')) fields.name = v.t.common.needed;
  const chosen = form.all('scopes').filter((s): s is Scope => (scopes as readonly string[]).includes(s));
  if (chosen.length === 0) fields.scopes = v.t.common.choose_one;
  if (Object.keys(fields).length > 0)
    return html(<NewKeyPage v={v} form={form} errors={{ message: v.t.common.incomplete, fields }} />, 422);
  const made = need(
    await ports.registry.run('client.create', { name: form.text('name').slice(0, 200), scopes: chosen }, context),
  );
  ports.changed();
  return html(<SecretPage v={v} title={t.key_made} label={t.secret_key} value={made.key} />);
}

async function rotate(
  ports: ConsolePorts,
  v: View,
  form: Form,
  client: string,
  context: CallContext,
): Promise<Response> {
  const hours = Math.min(720, Math.max(0, Number(form.text('hours')) || 0));
  const made = need(await ports.registry.run('client.rotate', { client, overlap_seconds: hours * 3600 }, context));
  ports.changed();
  return html(
    <SecretPage v={v} title={v.t.connections.key_made} label={v.t.connections.secret_key} value={made.key} />,
  );
}

async function revoke(ports: ConsolePorts, v: View, form: Form, id: string, context: CallContext): Promise<Response> {
  const c = await clientOf(ports, id, context);
  if (form.text('confirm') !== c.name) return html(<KeyPage v={v} c={c} />, 422);
  need(await ports.registry.run('client.revoke', { client: id }, context));
  ports.changed();
  return doneAt(UP, 'revoked');
}

type Hook = { url: string; topics: string[]; enabled: boolean; secret: string };
type HookDraft = { key: string; version: number; body: Partial<Hook> };

const HookForm = ({ v, d, errors }: { v: View; d: HookDraft; errors?: FormErrors }): Markup => {
  const t = v.t.connections;
  const action = d.version === 0 ? `${UP}/webhooks/new` : `${UP}/webhooks/${d.key}`;
  return (
    <Card title={d.version === 0 ? undefined : t.facts}>
      <form class="fields" method="post" action={action}>
        <Csrf v={v} />
        <input type="hidden" name="version" value={String(d.version)} />
        {d.version === 0 ? (
          <Input name="key" label={t.name} help={v.t.purposes.key_help} value={d.key} errors={errors} required />
        ) : null}
        <Input name="url" label={t.url} help={t.url_help} type="url" value={d.body.url} errors={errors} required />
        <Area
          name="topics"
          label={t.topics}
          help={t.topics_help}
          value={(d.body.topics ?? ['*']).join('\n')}
          errors={errors}
          short
        />
        <Checks legend={t.state}>
          <Check name="enabled" label={t.enabled} checked={d.body.enabled ?? true} />
        </Checks>
        <div class="row wide">
          <button class="button primary" type="submit">
            {v.t.common.save}
          </button>
          <a class="button" href={UP}>
            {v.t.common.cancel}
          </a>
        </div>
      </form>
    </Card>
  );
};

const HookPage = ({ v, d, errors, feed }: { v: View; d: HookDraft; errors?: FormErrors; feed?: number }): Markup => {
  const t = v.t.connections;
  return (
    <Layout v={v} at="connections" title={d.version === 0 ? t.add_webhook : d.key} lead={t.webhook_lead} up={up(v)}>
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <HookForm v={v} d={d} errors={errors} />
      {d.version === 0 ? null : (
        <Card title={t.replay}>
          <p class="soft">{t.replay_text(feed ?? 0)}</p>
          <form class="row" method="post" action={`${UP}/webhooks/${d.key}/replay`}>
            <Csrf v={v} />
            <button class="button danger" type="submit">
              {t.replay}
            </button>
          </form>
        </Card>
      )}
    </Layout>
  );
};

async function hookOf(ports: ConsolePorts, key: string, context: CallContext): Promise<HookDraft> {
  const found = need(await ports.registry.run('definitions.get', { kind: 'webhooks', key }, context));
  if (!found) throw new Refusal('not_found', 'there is no such webhook');
  return { key, version: found.version, body: found.body as unknown as Hook };
}

const SLUG = /^[a-z][a-z0-9_]{0,62}$/;

async function saveHook(ports: ConsolePorts, v: View, form: Form, known: HookDraft | undefined, context: CallContext) {
  const key = known?.key ?? form.text('key');
  const secret = known?.body.secret ?? `whsec_${randomBytes(32).toString('base64')}`;
  const body = { url: form.text('url'), topics: form.list('topics'), enabled: form.flag('enabled'), secret };
  const version = known ? Number(form.text('version')) : 0;
  const again = (errors: FormErrors) => html(<HookPage v={v} d={{ key, version, body }} errors={errors} />, 422);
  if (!SLUG.test(key)) return again({ message: '', fields: { key: v.t.common.bad_key } });
  const wrong = await putDefinition(ports, { kind: 'webhooks', key, body: body as Wire }, version, context);
  if (wrong) return again(wrong);
  if (known) return doneAt(UP, 'saved');
  return html(
    <SecretPage v={v} title={v.t.connections.webhook_made} label={v.t.connections.webhook_secret} value={secret} />,
  );
}

const feedSize = async (ports: ConsolePorts, context: CallContext): Promise<number> =>
  (await askAll(ports.vaults, 'webhook.cursors', {}, context)).values.reduce((n, x) => n + x.last, 0);

async function testMail(ports: ConsolePorts, v: View, form: Form, context: CallContext): Promise<Response> {
  const to = z.email().safeParse(form.text('to'));
  if (!to.success) return doneAt(UP, 'bad_address');
  const mail = { to: to.data, subject: v.t.connections.mail_subject, text: v.t.connections.mail_body };
  const result = await ports.registry.run('mail.queue', { mail, kind: 'test' }, context);
  if (!result.ok) throw new Refusal(result.error.code, errorsOf(result.error).message);
  return doneAt(UP, 'mail_queued');
}

export const keysRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/connections/keys/new',
    right: 'keys',
    summary: 'Form: a new secret key',
    show: (v) => html(<NewKeyPage v={v} />),
  }),
  deed(ports, {
    path: '/console/connections/keys/new',
    right: 'keys',
    summary: 'Make a secret key; it is shown once',
    act: (v, form, call) => makeKey(ports, v, form, call.context()),
  }),
  page({
    path: '/console/connections/keys/{client}',
    right: 'keys',
    summary: 'One client and its keys',
    params: clientParams,
    show: async (v, call) => html(<KeyPage v={v} c={await clientOf(ports, call.params.client, call.context())} />),
  }),
  deed(ports, {
    path: '/console/connections/keys/{client}/rotate',
    right: 'keys',
    summary: 'Make a new key beside the old ones, which end after a while',
    params: clientParams,
    act: (v, form, call) => rotate(ports, v, form, call.params.client, call.context()),
  }),
  deed(ports, {
    path: '/console/connections/keys/{client}/revoke',
    right: 'keys',
    summary: 'End a client and all its keys',
    params: clientParams,
    act: (v, form, call) => revoke(ports, v, form, call.params.client, call.context()),
  }),
  page({
    path: '/console/connections/webhooks/new',
    right: 'keys',
    summary: 'Form: a new webhook',
    show: (v) => html(<HookPage v={v} d={{ key: '', version: 0, body: {} }} />),
  }),
  deed(ports, {
    path: '/console/connections/webhooks/new',
    right: 'keys',
    summary: 'Declare a webhook; its secret is shown once',
    act: (v, form, call) => saveHook(ports, v, form, undefined, call.context()),
  }),
  page({
    path: '/console/connections/webhooks/{hook}',
    right: 'keys',
    summary: 'One webhook',
    params: hookParams,
    show: async (v, call) =>
      html(
        <HookPage
          v={v}
          d={await hookOf(ports, call.params.hook, call.context())}
          feed={await feedSize(ports, call.context())}
        />,
      ),
  }),
  deed(ports, {
    path: '/console/connections/webhooks/{hook}',
    right: 'keys',
    summary: 'Change a webhook',
    params: hookParams,
    act: async (v, form, call) =>
      saveHook(ports, v, form, await hookOf(ports, call.params.hook, call.context()), call.context()),
  }),
  deed(ports, {
    path: '/console/connections/webhooks/{hook}/replay',
    right: 'keys',
    summary: 'Tell a webhook everything once more',
    params: hookParams,
    act: async (_v, _form, call) => {
      const { hook } = call.params;
      await hookOf(ports, hook, call.context());
      for (const vault of everyVault(ports.vaults))
        need(await vault.run('webhook.replay', { endpoint: hook, after: 0 }, call.context()));
      return doneAt(UP, 'replayed');
    },
  }),
  deed(ports, {
    path: '/console/connections/mail-test',
    right: 'keys',
    summary: 'Send a mail to see whether mail works',
    act: (v, form, call) => testMail(ports, v, form, call.context()),
  }),
];
