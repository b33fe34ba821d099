import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetSchema, sqlSystem } from '../../src/rights/sql-system';
import { hasPostgres, openPostgres } from './postgres';

const contact = { category: 'user.contact' };
const shop = {
  name: 'shop_db',
  tables: [
    {
      name: 'order_lines',
      key: 'id',
      references: [{ column: 'order_id', table: 'orders' }],
      columns: { article: { category: 'user.behavior' } },
      erase: 'delete',
    },
    {
      name: 'invoices',
      key: 'id',
      references: [{ column: 'customer_id', table: 'customers' }],
      columns: { total: { category: 'user.financial' } },
      erase: 'keep',
      ground: 'Bookkeeping Act 7:2',
      until: '2033-12-31',
    },
    {
      name: 'orders',
      key: 'id',
      references: [{ column: 'customer_id', table: 'customers' }],
      columns: { note: { category: 'user.content' } },
      erase: 'delete',
    },
    {
      name: 'customers',
      key: 'id',
      identities: { email: 'email', phone: 'phone' },
      columns: {
        email: { ...contact, mask: 'hash' },
        phone: { ...contact, mask: 'null' },
        full_name: { category: 'user.name', mask: 'string' },
        country: { category: 'user.location', mask: 'preserve' },
      },
      erase: 'mask',
    },
  ],
};

describe('a declared dataset', () => {
  it('is refused with everything that is wrong', () => {
    const circle = { name: 'x', tables: [{ ...shop.tables[0], references: [{ column: 'a', table: 'b' }] }] };
    expect(
      datasetSchema
        .safeParse(circle)
        .error!.issues.map((i) => i.message)
        .join('; '),
    ).toContain('there is no table b');
    const around = {
      name: 'x',
      tables: [
        { name: 'a', key: 'id', references: [{ column: 'b', table: 'b' }], columns: {}, erase: 'delete' },
        { name: 'b', key: 'id', references: [{ column: 'a', table: 'a' }], columns: {}, erase: 'keep' },
      ],
    };
    const said = datasetSchema.safeParse(around).error!.issues.map((i) => i.message);
    expect(said).toEqual(
      expect.arrayContaining(['the references go round in a circle', 'what is kept needs a ground']),
    );
    const injected = { name: 'x', tables: [{ ...shop.tables[3], name: 'a"; drop table b; --' }] };
    expect(datasetSchema.safeParse(injected).success).toBe(false);
  });
});

describe.runIf(hasPostgres)('a PostgreSQL database', () => {
  let pg: ReturnType<typeof openPostgres>;
  beforeAll(() => {
    pg = openPostgres();
    pg.run(`
      create table customers (id int primary key, email text unique not null, phone text, full_name text, country text);
      create table orders (id uuid primary key, customer_id int not null references customers, note text);
      create table order_lines (id bigint primary key, order_id uuid not null references orders, article text);
      create table invoices (id int primary key, customer_id int references customers, total int);
      insert into customers values (1, 'Jane@Customers.example', '+46701740605', 'Jane ''o'' Doe', 'SE'), (2, 'bob@customers.example', null, 'Bob', 'DE');
      insert into orders values ('00000000-0000-0000-0000-000000000001', 1, 'for Jane'), ('00000000-0000-0000-0000-000000000002', 2, 'for Bob');
      insert into order_lines values (10, '00000000-0000-0000-0000-000000000001', 'tea'), (11, '00000000-0000-0000-0000-000000000002', 'milk');
      insert into invoices values (7, 1, 995), (8, 2, 100);`);
  }, 60_000);
  afterAll(() => pg?.stop());

  const subject = { request: 'req_x', identifiers: [{ type: 'email', id: 'jane@customers.example' }] };
  const dataset = datasetSchema.parse(shop);

  it('gives everything that leads to the person, and nothing of anybody else', async () => {
    const sets = await sqlSystem(pg.client, dataset).collect(subject);
    expect(Object.fromEntries(sets.map((s) => [s.name, s.rows]))).toEqual({
      shop_db_customers: [
        { email: 'Jane@Customers.example', phone: '+46701740605', full_name: "Jane 'o' Doe", country: 'SE' },
      ],
      shop_db_orders: [{ note: 'for Jane' }],
      shop_db_order_lines: [{ article: 'tea' }],
      shop_db_invoices: [{ total: 995 }],
    });
  });

  it('is left unchanged by hostile identifiers', async () => {
    const hostile = { request: 'req_x', identifiers: [{ type: 'email', id: "' or 1=1; drop table invoices; --" }] };
    expect(await sqlSystem(pg.client, dataset).erase(hostile)).toMatchObject({ outcome: 'not_found', deleted: 0 });
    expect(pg.run('select count(*) from invoices')).toBe('2');
  });

  it('is erased children first, masked where rows stay, and says what is kept', async () => {
    const outcome = await sqlSystem(pg.client, dataset).erase(subject);
    expect(outcome).toEqual({
      outcome: 'done',
      deleted: 3,
      retained: [{ what: '1 rows of shop_db.invoices', ground: 'Bookkeeping Act 7:2', until: '2033-12-31' }],
    });
    expect(pg.run('select count(*) from orders')).toBe('1');
    expect(pg.run('select article from order_lines')).toBe('milk');
    const [email, phone, name, country] = pg
      .run('select email, phone, full_name, country from customers where id = 1')
      .split('|');
    expect([phone, name, country]).toEqual(['', 'MASKED', 'SE']);
    expect(email).toMatch(/^[0-9a-f]{32}$/);
    expect(pg.run('select full_name from customers where id = 2')).toBe('Bob');
    expect(await sqlSystem(pg.client, dataset).erase(subject)).toMatchObject({ outcome: 'not_found' });
  });

  it('that does not do what it was told makes the erasure fail', async () => {
    pg.run(`create rule stay as on delete to orders do instead nothing;`);
    const bob = { request: 'req_y', identifiers: [{ type: 'email', id: 'bob@customers.example' }] };
    await expect(sqlSystem(pg.client, dataset).erase(bob)).rejects.toThrow('still there');
  });
});
