/**
 * A mailbox for a demo and for tests: a real SMTP server on the loopback address which keeps everything in memory and
 * shows it as JSON and as a page. It delivers nothing.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type MailMessage, parseMail } from './mailbox-mime';
import { mailboxApp } from './mailbox-page';

export type { MailMessage } from './mailbox-mime';

export type Mailbox = {
  smtpPort: number;
  /** Of the page, without a slash at its end. */
  url: string;
  /** Newest first; with `to`, only those whose envelope names this address (upper and lower case are the same). */
  messages(to?: string): MailMessage[];
  close(): Promise<void>;
};

export type MailboxOptions = {
  /** 0 takes a free port. */
  smtpPort?: number;
  httpPort?: number;
  /** Milliseconds since 1970. */
  clock?: () => number;
};

/** Mails larger than this are refused (552), and of all others only so many are kept: memory is finite. */
const MAX_BYTES = 5_000_000;
const MAX_MESSAGES = 1_000;

async function read(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

class TooLarge extends Error {
  readonly responseCode = 552;
}

type Shelf = { messages: MailMessage[]; next: number };

function shelve(shelf: Shelf, raw: Buffer, session: SMTPServerSession, at: number): void {
  const { mailFrom, rcptTo } = session.envelope;
  const envelope = {
    from: mailFrom ? mailFrom.address.toLowerCase() : '',
    to: rcptTo.map((one) => one.address.toLowerCase()),
  };
  shelf.messages.unshift({ id: String(shelf.next++), at, envelope, size: raw.length, ...parseMail(raw) });
  shelf.messages.length = Math.min(shelf.messages.length, MAX_MESSAGES);
}

function smtp(shelf: Shelf, clock: () => number): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    banner: 'Otterbound mailbox',
    onData(stream, session, done) {
      read(stream).then((raw) => {
        if (stream.sizeExceeded) return done(new TooLarge(`Mails over ${MAX_BYTES} bytes are not kept.`));
        shelve(shelf, raw, session, clock());
        done();
      }, done);
    },
  });
}

const LOOPBACK = '127.0.0.1';

/** Starts both servers on the loopback address and answers when both listen; rejects if a port is taken. */
export async function startMailbox({
  smtpPort = 0,
  httpPort = 0,
  clock = Date.now,
}: MailboxOptions = {}): Promise<Mailbox> {
  const shelf: Shelf = { messages: [], next: 1 };
  const messages = (to?: string) =>
    to === undefined ? [...shelf.messages] : shelf.messages.filter((one) => one.envelope.to.includes(to.toLowerCase()));
  const mail = smtp(shelf, clock);
  // A sender that hangs up in the middle is no reason to end the demo; a taken port rejects below.
  mail.on('error', () => undefined);
  mail.listen(smtpPort, LOOPBACK);
  await once(mail.server, 'listening');
  const web = createAdaptorServer({ fetch: mailboxApp(messages).fetch });
  web.listen(httpPort, LOOPBACK);
  await once(web, 'listening').catch(async (error) => {
    await new Promise<void>((done) => mail.close(done));
    throw error;
  });
  return {
    smtpPort: (mail.server.address() as AddressInfo).port,
    url: `http://${LOOPBACK}:${(web.address() as AddressInfo).port}`,
    messages,
    async close() {
      await Promise.all([
        new Promise<void>((done) => mail.close(done)),
        new Promise<void>((done) => {
          web.close(() => done());
          if ('closeAllConnections' in web) web.closeAllConnections();
        }),
      ]);
    },
  };
}
