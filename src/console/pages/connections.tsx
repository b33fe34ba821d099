import { askAll, type CallContext, need, scopes } from '../../platform';
import { Layout } from '../layout';
import { html, type Markup, page } from '../page';
import { Card, Chip, Csrf, Empty, Table, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';

export type Client = {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  revoked_at: string | null;
  keys: { id: string; created_at: string; expires_at: string | null }[];
};

export const scopesOf = scopes;

function Clients({ v, clients }: { v: View; clients: readonly Client[] }): Markup {
  const t = v.t.connections;
  const add = v.may('keys') ? (
    <a class="button small" href="/console/connections/keys/new">
      {t.add_key}
    </a>
  ) : null;
  return (
    <Card title={t.keys} id="keys-list" actions={add} flush>
      {clients.length === 0 ? (
        <Empty title={t.no_keys} text={t.no_keys_text} />
      ) : (
        <Table label={t.keys} head={[t.name, t.scopes, t.created, t.state, '']}>
          {clients.map((c) => (
            <tr data-row>
              <th scope="row">{c.name}</th>
              <td>
                <span class="chips">
                  {c.scopes.map((s) => (
                    <Chip tone={s === 'admin' || s === 'release' ? 'warn' : 'plain'}>{s}</Chip>
                  ))}
                </span>
              </td>
              <td>
                <Time v={v} at={c.created_at} style="day" />
              </td>
              <td>{c.revoked_at ? <Chip tone="bad">{t.revoked}</Chip> : <Chip tone="good">{t.active}</Chip>}</td>
              <td class="right">
                {v.may('keys') && !c.revoked_at ? <a href={`/console/connections/keys/${c.id}`}>{t.manage}</a> : null}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

type Hook = { url: string; topics: string[]; enabled: boolean };
type Hooks = Readonly<Record<string, Hook>>;
export type HookHealth = {
  endpoint: string;
  behind: number;
  attempts: number;
  status: string | null;
  at: number | null;
};

/** How far each endpoint has been told, over all vaults. */
export async function hookHealth(ports: ConsolePorts, context: CallContext): Promise<Map<string, HookHealth>> {
  const { values } = await askAll(ports.vaults, 'webhook.cursors', {}, context);
  const health = new Map<string, HookHealth>();
  for (const { cursors, last } of values) {
    for (const c of cursors) {
      const known = health.get(c.endpoint);
      const later = known === undefined || (c.last_at ?? 0) > (known.at ?? 0);
      health.set(c.endpoint, {
        endpoint: c.endpoint,
        behind: (known?.behind ?? 0) + Math.max(0, last - c.seq),
        attempts: Math.max(known?.attempts ?? 0, c.attempts),
        status: later ? c.last_status : (known?.status ?? null),
        at: later ? c.last_at : (known?.at ?? null),
      });
    }
  }
  return health;
}

function HookRow({
  v,
  name,
  hook,
  health,
}: {
  v: View;
  name: string;
  hook: Hook;
  health: HookHealth | undefined;
}): Markup {
  const t = v.t.connections;
  const state = !hook.enabled ? (
    <Chip>{t.off}</Chip>
  ) : (health?.attempts ?? 0) > 0 ? (
    <Chip tone="bad">{t.failing(health!.attempts)}</Chip>
  ) : (
    <Chip tone="good">{t.active}</Chip>
  );
  return (
    <tr data-row>
      <th scope="row">
        {name}
        <br />
        <span class="soft small mono">{hook.url}</span>
      </th>
      <td>
        <span class="chips">
          {hook.topics.map((topic) => (
            <Chip>{topic === '*' ? t.everything : topic}</Chip>
          ))}
        </span>
      </td>
      <td>
        {state} {health?.status ? <span class="soft small">{health.status}</span> : null}
      </td>
      <td>{health?.at ? <Time v={v} at={health.at} style="ago" /> : <span class="soft">{t.never}</span>}</td>
      <td class="right">{v.may('keys') ? <a href={`/console/connections/webhooks/${name}`}>{t.manage}</a> : null}</td>
    </tr>
  );
}

function Webhooks({ v, hooks, health }: { v: View; hooks: Hooks; health: ReadonlyMap<string, HookHealth> }): Markup {
  const t = v.t.connections;
  const add = v.may('keys') ? (
    <a class="button small" href="/console/connections/webhooks/new">
      {t.add_webhook}
    </a>
  ) : null;
  return (
    <Card title={t.webhooks} id="webhooks" actions={add} flush>
      {Object.keys(hooks).length === 0 ? (
        <Empty title={t.no_webhooks} text={t.no_webhooks_text} />
      ) : (
        <Table label={t.webhooks} head={[t.name, t.topics, t.state, t.last, '']}>
          {Object.entries(hooks).map(([name, hook]) => (
            <HookRow v={v} name={name} hook={hook} health={health.get(name)} />
          ))}
        </Table>
      )}
    </Card>
  );
}

type Sites = Awaited<ReturnType<ConsolePorts['snapshot']>>['book']['sites'];

function Sites({ v, sites }: { v: View; sites: Sites }): Markup {
  const t = v.t.connections;
  const add = v.may('declare') ? (
    <a class="button small" href="/console/connections/sites/new">
      {t.add_site}
    </a>
  ) : null;
  return (
    <Card title={t.sites} id="sites" actions={add} flush>
      {Object.keys(sites).length === 0 ? (
        <Empty title={t.no_sites} text={t.no_sites_text} />
      ) : (
        <Table label={t.sites} head={[t.name, t.origins, v.t.consents.notice, t.languages]}>
          {Object.values(sites).map((s) => (
            <tr data-row>
              <th scope="row">
                <a href={`/console/connections/sites/${s.key}`}>{s.name}</a>{' '}
                {s.archived ? <Chip tone="warn">{v.t.purposes.archived}</Chip> : null}
              </th>
              <td class="mono">{s.origins.join(', ')}</td>
              <td>
                <a href={`/console/notices/${s.notice}`}>{s.notice}</a>
              </td>
              <td>{s.languages.join(', ')}</td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

const MailTest = ({ v }: { v: View }): Markup | null =>
  v.may('keys') ? (
    <Card title={v.t.connections.mail}>
      <p class="soft">{v.t.connections.mail_text}</p>
      <form class="row" method="post" action="/console/connections/mail-test">
        <Csrf v={v} />
        <label class="hidden" for="mail-to">
          {v.t.connections.mail_to}
        </label>
        <input
          id="mail-to"
          class="grow"
          name="to"
          type="email"
          required
          autocomplete="email"
          placeholder={v.t.connections.mail_to}
        />
        <button class="button" type="submit">
          {v.t.connections.mail_button}
        </button>
      </form>
    </Card>
  ) : null;

export const connectionsRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/connections',
    right: 'connections',
    summary: 'Sites, keys, webhooks and mail',
    show: async (v, call) => {
      const { book } = await ports.snapshot();
      const clients = need(await ports.registry.run('client.list', {}, call.context())) as Client[];
      const hooks = (book.parts.webhooks ?? {}) as unknown as Hooks;
      const health = await hookHealth(ports, call.context());
      return html(
        <Layout v={v} at="connections" title={v.t.nav.connections} lead={v.t.connections.lead}>
          <Sites v={v} sites={book.sites} />
          <Clients v={v} clients={clients} />
          <Webhooks v={v} hooks={hooks} health={health} />
          <MailTest v={v} />
        </Layout>,
      );
    },
  }),
];
