/** The mailbox as a page: a list, one mail as text, its HTML in a frame that can run nothing. */
import { Hono } from 'hono';
import type { Child } from 'hono/jsx';
import { secureHeaders } from 'hono/secure-headers';
import type { MailMessage } from './mailbox-mime';
import { MAILBOX_CSS } from './mailbox-style';

type Messages = (to?: string) => MailMessage[];

const PAGE_CSP = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  frameSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/**
 * A mail is a stranger's page. `sandbox` without scripts, forms or our origin; links open beside it, so that a
 * confirmation link can be followed. Remote pictures stay out: they would tell the sender that somebody looked.
 */
const FRAME = 'allow-popups allow-popups-to-escape-sandbox';
const MAIL_CSP = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox ${FRAME}`;

function clock(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function Layout({ title, children }: { title: string; children: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title} · Mailbox</title>
        <link rel="stylesheet" href="/mailbox.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/">
            Mailbox
          </a>
          <p>Every mail of the demo ends here. Nothing leaves this machine.</p>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

function Row({ mail, open }: { mail: MailMessage; open: boolean }) {
  return (
    <li>
      <a class={open ? 'mail open' : 'mail'} href={`/messages/${mail.id}`} aria-current={open ? 'page' : undefined}>
        <span class="who">{mail.envelope.to.join(', ')}</span>
        <time datetime={new Date(mail.at).toISOString()}>{clock(mail.at)}</time>
        <span class="subject">{mail.subject || '(no subject)'}</span>
      </a>
    </li>
  );
}

function List({ mails, open, to }: { mails: MailMessage[]; open?: string; to: string }) {
  return (
    <nav aria-label="Mails">
      <form method="get" action="/">
        <label for="to">Address</label>
        <input id="to" name="to" type="email" value={to} placeholder="all addresses" />
        <button type="submit">Show</button>
      </form>
      {mails.length === 0 ? (
        <p class="empty">No mail yet.</p>
      ) : (
        <ol>
          {mails.map((mail) => (
            <Row mail={mail} open={mail.id === open} />
          ))}
        </ol>
      )}
    </nav>
  );
}

function Mail({ mail }: { mail: MailMessage }) {
  return (
    <article>
      <h1>{mail.subject || '(no subject)'}</h1>
      <dl>
        <dt>From</dt>
        <dd>{mail.from}</dd>
        <dt>To</dt>
        <dd>{mail.to}</dd>
        <dt>Arrived</dt>
        <dd>{clock(mail.at)} UTC</dd>
      </dl>
      {mail.html && (
        <section>
          <h2>As HTML</h2>
          <iframe title="The mail as HTML" sandbox={FRAME} src={`/messages/${mail.id}/html`} />
        </section>
      )}
      <section>
        <h2>As text</h2>
        <pre>{mail.text ? linked(mail.text) : 'This mail has no text part.'}</pre>
      </section>
      {mail.attachments.length > 0 && <Attachments mail={mail} />}
    </article>
  );
}

function Attachments({ mail }: { mail: MailMessage }) {
  return (
    <section>
      <h2>Attachments</h2>
      <ul>
        {mail.attachments.map((file) => (
          <li>
            {file.filename || file.type} ({file.size} bytes)
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Addresses in a text become links; only http and https, since anything else could run. */
function linked(text: string): Child[] {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((piece, index) =>
    index % 2 === 1 ? (
      <a href={piece} rel="noreferrer">
        {piece}
      </a>
    ) : (
      piece
    ),
  );
}

/** The page and its JSON: `GET /`, `/messages/{id}`, `/messages/{id}/html`, `/api/messages?to=`. */
export function mailboxApp(messages: Messages): Hono {
  const app = new Hono();
  const find = (id: string) => messages().find((mail) => mail.id === id);
  app.get('/messages/:id/html', (c) => {
    const mail = find(c.req.param('id'));
    if (!mail) return c.text('No such mail.', 404);
    c.header('Content-Security-Policy', MAIL_CSP);
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    return c.html(`<base target="_blank">${mail.html}`);
  });
  app.use(secureHeaders({ contentSecurityPolicy: PAGE_CSP, referrerPolicy: 'no-referrer' }));
  app.get('/mailbox.css', (c) => c.body(MAILBOX_CSS, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.get('/api/messages', (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json(messages(c.req.query('to') || undefined));
  });
  app.get('/', (c) => {
    const to = c.req.query('to') ?? '';
    return c.html(
      <Layout title="All mails">
        <List mails={messages(to || undefined)} to={to} />
      </Layout>,
    );
  });
  app.get('/messages/:id', (c) => {
    const mail = find(c.req.param('id'));
    if (!mail) return c.text('No such mail.', 404);
    return c.html(
      <Layout title={mail.subject}>
        <List mails={messages()} open={mail.id} to="" />
        <Mail mail={mail} />
      </Layout>,
    );
  });
  return app;
}
