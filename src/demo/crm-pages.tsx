/** The CRM's pages: who is in it, what may be done with each, and what it was told. */
import type { Child } from 'hono/jsx';
import type { Check } from './crm-client';
import type { Customer, Interaction, Order, Purpose, Unit } from './seed-types';

export type CrmEvent = {
  id: string;
  /** Milliseconds since 1970. */
  received_at: number;
  type: string;
  timestamp: string;
  data: unknown;
};

function Layout({ title, children }: { title: string; children: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Ledgerline CRM`}</title>
        <link rel="stylesheet" href="/crm.css" />
      </head>
      <body>
        <header>
          <div>
            <a class="brand" href="/">
              Ledgerline CRM
            </a>
            <a href="/">Customers</a>
            <a href="/events">What we were told</a>
          </div>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

function Answer({ check }: { check: Check | undefined }) {
  const allowed = check?.allowed === true;
  return (
    <>
      <span class={allowed ? 'yes' : 'no'}>{allowed ? 'yes' : 'no'}</span>
      <span class="sub">{check?.reason ?? 'no_answer'}</span>
    </>
  );
}

export type ListProps = {
  customers: Customer[];
  purposes: Purpose[];
  answers: Record<string, Record<string, Check>>;
  query: string;
  page: number;
  pages: number;
};

export function CustomersPage({ customers, purposes, answers, query, page, pages }: ListProps) {
  const to = (number: number) => `/?${new URLSearchParams({ ...(query && { name: query }), page: String(number) })}`;
  return (
    <Layout title="Customers">
      <h1>Customers</h1>
      <p class="lead">
        This program stands for the CRM that you have. Before it uses anybody’s data it asks, and shows the answer and
        the reason; without an answer it does nothing.
      </p>
      <section class="panel">
        <form class="find" method="get" action="/">
          <label for="name">Name or number</label>
          <input id="name" name="name" value={query} />
          <button type="submit">Find</button>
        </form>
        <table>
          <thead>
            <tr>
              <th>Customer</th>
              <th>Place</th>
              {purposes.map((purpose) => (
                <th>{purpose.key}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {customers.map((customer) => (
              <tr data-customer={customer.ref}>
                <td>
                  <a class="who" href={`/customers/${customer.ref}`}>
                    {customer.given_name} {customer.family_name}
                  </a>
                  <span class="sub">{Object.values(customer.numbers).join(' · ')}</span>
                </td>
                <td>
                  {customer.city}
                  <span class="sub">{customer.region}</span>
                </td>
                {purposes.map((purpose) => (
                  <td data-purpose-key={purpose.key}>
                    <Answer check={answers[customer.ref]?.[purpose.key]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {customers.length === 0 && <p class="empty">Nobody of this name.</p>}
        <nav class="pages" aria-label="Pages">
          {page > 1 && <a href={to(page - 1)}>Previous</a>}
          <span>
            Page {page} of {pages}
          </span>
          {page < pages && <a href={to(page + 1)}>Next</a>}
        </nav>
      </section>
    </Layout>
  );
}

export type CustomerProps = {
  customer: Customer;
  checks: { purpose: Purpose; check: Check }[];
  orders: Order[];
  interactions: Interaction[];
  units: Unit[];
};

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
const euro = (cents: number) =>
  new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' }).format(cents / 100);

export function CustomerPage({ customer, checks, orders, interactions, units }: CustomerProps) {
  const unitName = (key: string) => units.find((unit) => unit.key === key)?.name ?? key;
  return (
    <Layout title={`${customer.given_name} ${customer.family_name}`}>
      <h1>
        {customer.given_name} {customer.family_name}
      </h1>
      <p class="lead">
        {customer.email} ·{' '}
        {Object.entries(customer.numbers)
          .map(([unit, number]) => `${unitName(unit)} ${number}`)
          .join(' · ')}
      </p>
      <section class="panel">
        <h2>What may we do?</h2>
        <Checks checks={checks} />
      </section>
      <section class="panel">
        <h2>Moments</h2>
        {interactions.length === 0 ? (
          <p class="empty">None.</p>
        ) : (
          <table>
            <tbody>
              {interactions.map((one) => (
                <tr>
                  <td>{day(one.at)}</td>
                  <td>{unitName(one.unit)}</td>
                  <td>{one.kind}</td>
                  <td>{one.summary}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section class="panel">
        <h2>Orders</h2>
        <table>
          <tbody>
            {orders.map((order) => (
              <tr>
                <td>{day(order.at)}</td>
                <td>{unitName(order.unit)}</td>
                <td>{order.lines.map((line) => `${line.quantity} × ${line.product}`).join(', ')}</td>
                <td class="num">{euro(order.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Layout>
  );
}

function Checks({ checks }: { checks: CustomerProps['checks'] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>Purpose</th>
          <th>Allowed</th>
          <th>Basis</th>
          <th>Record</th>
          <th>Notice</th>
          <th>Until</th>
          <th>Rulebook</th>
        </tr>
      </thead>
      <tbody>
        {checks.map(({ purpose, check }) => (
          <tr data-purpose-key={purpose.key}>
            <td>{purpose.name.en}</td>
            <td>
              <Answer check={check} />
            </td>
            <td>{check.basis ?? '–'}</td>
            <td>
              <code>{check.record ?? '–'}</code>
            </td>
            <td>{check.notice_version ?? '–'}</td>
            <td>{check.valid_until?.slice(0, 10) ?? '–'}</td>
            <td>
              <code>{check.rulebook ?? '–'}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function EventsPage({ events }: { events: readonly CrmEvent[] }) {
  return (
    <Layout title="What we were told">
      <h1>What we were told</h1>
      <p class="lead">Webhooks whose signature was right, newest first. Each is listed once, however often it came.</p>
      <section class="panel">
        {events.length === 0 ? (
          <p class="empty">Nothing yet. Change a choice in the shop.</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th>Received (UTC)</th>
                <th>Event</th>
                <th>Data</th>
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <tr>
                  <td>{new Date(event.received_at).toISOString().slice(0, 19).replace('T', ' ')}</td>
                  <td>
                    <strong>{event.type}</strong>
                    <span class="sub">{event.id}</span>
                  </td>
                  <td>
                    <pre>{JSON.stringify(event.data, null, 1)}</pre>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </Layout>
  );
}
