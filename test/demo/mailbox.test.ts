import { connect } from 'node:net';
import nodemailer, { type Transporter } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mailbox, startMailbox } from '../../src/demo/mailbox';
import { decodeWords, parseMail } from '../../src/demo/mailbox-mime';

const NOW = Date.parse('2026-11-22T10:00:00Z');
let box: Mailbox;
let transport: Transporter;

beforeEach(async () => {
  box = await startMailbox({ clock: () => NOW });
  transport = nodemailer.createTransport({ host: '127.0.0.1', port: box.smtpPort, secure: false });
});

afterEach(async () => {
  transport.close();
  await box.close();
});

const from = 'Otterbound Books <privacy@otterbound.example>';
const raw = (text: string) => Buffer.from(text.replace(/\n/g, '\r\n'), 'latin1');

describe('a real mail over SMTP', () => {
  it('arrives with sender, receiver, subject, text and HTML', async () => {
    await transport.sendMail({
      from,
      to: 'Wilhelmine.Ostrow@example.com',
      subject: 'Bitte bestätigen Sie Ihre Anfrage – Grüße aus Hamburg, von der Elbe und von allen Ottern 🦦',
      text: 'Guten Tag,\n\nöffnen Sie https://example.com/confirm?token=a=b&c=1\n',
      html: '<p>Guten Tag, <a href="https://example.com/confirm?token=a=b&amp;c=1">bestätigen</a></p>',
    });
    const [mail] = box.messages();
    expect(mail).toMatchObject({
      from,
      to: 'Wilhelmine.Ostrow@example.com',
      subject: 'Bitte bestätigen Sie Ihre Anfrage – Grüße aus Hamburg, von der Elbe und von allen Ottern 🦦',
      envelope: { from: 'privacy@otterbound.example', to: ['wilhelmine.ostrow@example.com'] },
      at: NOW,
    });
    expect(mail!.text.replace(/\r\n/g, '\n')).toBe(
      'Guten Tag,\n\nöffnen Sie https://example.com/confirm?token=a=b&c=1\n',
    );
    expect(mail!.html).toContain('href="https://example.com/confirm?token=a=b&amp;c=1">bestätigen');
  });

  it.each(['base64', 'quoted-printable'] as const)(
    'is the same whole text in %s, however long its lines',
    async (textEncoding) => {
      const text = `${'Überlänge ohne Umbruch = gut. '.repeat(80)}\n.\n..Punkte am Anfang\n${'x'.repeat(3000)}\n`;
      await transport.sendMail({ from, to: 'a@example.com', subject: 's', text, textEncoding });
      expect(box.messages()[0]!.text.replace(/\r\n/g, '\n')).toBe(text);
    },
  );

  it('keeps text, HTML and attachments of a nested mail apart', async () => {
    const attachments = [{ filename: 'Auskunft für Sie.zip', content: Buffer.alloc(5000, 7) }];
    await transport.sendMail({
      from,
      to: 'a@example.com',
      subject: 's',
      text: 'Text',
      html: '<b>HTML</b>',
      attachments,
    });
    const [mail] = box.messages();
    expect(mail!.text.trim()).toBe('Text');
    expect(mail!.html.trim()).toBe('<b>HTML</b>');
    expect(mail!.attachments).toEqual([{ filename: 'Auskunft für Sie.zip', type: 'application/zip', size: 5000 }]);
  });

  it('shows every header once, unfolded', async () => {
    const url = `https://otterbound.example/unsubscribe/${'t'.repeat(120)}`;
    const headers = { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click', 'List-Unsubscribe': `<${url}>` };
    await transport.sendMail({ from, to: 'a@example.com', subject: 's', text: 't', headers });
    expect(box.messages()[0]!.headers['list-unsubscribe']).toBe(`<${url}>`);
    expect(box.messages()[0]!.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  });

  it('is found by each of its receivers, blind copies too, and by nobody else', async () => {
    await transport.sendMail({ from, to: 'a@example.com', bcc: 'b@example.com', subject: 'one', text: 't' });
    await transport.sendMail({ from, to: 'c@example.com', subject: 'two', text: 't' });
    expect(box.messages('A@Example.com').map((mail) => mail.subject)).toEqual(['one']);
    expect(box.messages('b@example.com').map((mail) => mail.subject)).toEqual(['one']);
    expect(box.messages('nobody@example.com')).toEqual([]);
    expect(box.messages().map((mail) => mail.subject)).toEqual(['two', 'one']);
  });

  it('is refused when it is larger than the mailbox keeps, and the next one still arrives', async () => {
    const content = Buffer.alloc(4_500_000, 1);
    const big = { from, to: 'a@example.com', subject: 'big', text: 't', attachments: [{ filename: 'x', content }] };
    await expect(transport.sendMail(big)).rejects.toMatchObject({ responseCode: 552 });
    await transport.sendMail({ from, to: 'a@example.com', subject: 'small', text: 't' });
    expect(box.messages().map((mail) => mail.subject)).toEqual(['small']);
  });

  it('that breaks off in the middle leaves the mailbox working', async () => {
    await new Promise<void>((done) => {
      const socket = connect(box.smtpPort, '127.0.0.1', () => socket.write('EHLO x\r\nMAIL FROM:<a@example.com>\r\n'));
      socket.once('data', () => socket.destroy());
      socket.once('close', () => done());
    });
    await transport.sendMail({ from, to: 'a@example.com', subject: 'after', text: 't' });
    expect(box.messages()[0]!.subject).toBe('after');
  });
});

describe('the page and its JSON', () => {
  it('list the mails of one address', async () => {
    await transport.sendMail({ from, to: 'a@example.com', subject: 'für a', text: 't' });
    await transport.sendMail({ from, to: 'b@example.com', subject: 'für b', text: 't' });
    const answer = await fetch(`${box.url}/api/messages?to=a@example.com`);
    const list = (await answer.json()) as { subject: string; text: string }[];
    expect(list.map((mail) => mail.subject)).toEqual(['für a']);
    expect(await (await fetch(`${box.url}/?to=b@example.com`)).text()).toContain('für b');
  });

  it('show a mail’s HTML only in a frame that runs nothing and loads nothing', async () => {
    const html = '<script>document.title="ran"</script><img src="https://tracker.example/p.gif"><b>Hallo</b>';
    await transport.sendMail({
      from,
      to: 'a@example.com',
      subject: '<script>x</script>',
      text: 'see <b> https://a.example/x',
      html,
    });
    const { id } = box.messages()[0]!;
    const page = await fetch(`${box.url}/messages/${id}`);
    const text = await page.text();
    expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(text).toContain('&lt;script&gt;x&lt;/script&gt;');
    expect(text).not.toContain('<script');
    expect(text).toContain('see &lt;b&gt; <a href="https://a.example/x"');
    expect(text).toMatch(/<iframe[^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    const frame = await fetch(`${box.url}/messages/${id}/html`);
    expect(frame.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'.*sandbox/);
    expect(frame.headers.get('Content-Security-Policy')).not.toMatch(/script-src|allow-scripts|https?:/);
    expect(await frame.text()).toContain('<b>Hallo</b>');
  });

  it('say that there is no such mail', async () => {
    expect((await fetch(`${box.url}/messages/99`)).status).toBe(404);
    expect((await fetch(`${box.url}/messages/99/html`)).status).toBe(404);
  });
});

describe('the servers', () => {
  it('listen on the loopback address, and no longer once closed', async () => {
    const other = await startMailbox();
    expect(new URL(other.url).hostname).toBe('127.0.0.1');
    expect((await fetch(`${other.url}/api/messages`)).status).toBe(200);
    await other.close();
    await expect(fetch(`${other.url}/api/messages`)).rejects.toThrow();
  });

  it('refuse to start on a taken port, and leave nothing open', async () => {
    await expect(startMailbox({ smtpPort: box.smtpPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(startMailbox({ httpPort: Number(new URL(box.url).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('reading MIME', () => {
  it('joins encoded words that split a letter between them', () => {
    expect(decodeWords('=?UTF-8?B?w6Q=?= =?UTF-8?Q?=C3?=\r\n =?UTF-8?Q?=BC?= x')).toBe('äü x');
    expect(decodeWords('a =?ISO-8859-1?Q?=E4_b?= c')).toBe('a ä b c');
    expect(decodeWords('=?utf-8?q?Anfrage_?= =?utf-8?q?da?=')).toBe('Anfrage da');
  });

  it('leaves what is no encoded word as it is', () => {
    expect(decodeWords('1 =? 2 ?= 3')).toBe('1 =? 2 ?= 3');
  });

  it('reads other charsets, and takes an unknown one for UTF-8', () => {
    const head = 'Content-Type: text/plain; charset=';
    expect(parseMail(raw(`${head}iso-8859-15\n\n\xa4 10`)).text).toBe('€ 10');
    expect(parseMail(raw(`${head}"x-nowhere"\n\nabc`)).text).toBe('abc');
  });

  it('takes a boundary with signs that mean something in patterns', () => {
    const mail =
      'Content-Type: multipart/mixed; boundary="a.b+(c)?"\n\npreamble\n--a.b+(c)?\n\nfirst\n--aXb+(c)?\nstill first\n--a.b+(c)?--\nepilogue';
    expect(parseMail(raw(mail)).text).toBe('first\r\n--aXb+(c)?\r\nstill first');
  });

  it('never throws on a crooked mail', () => {
    const crooked = ['', '\n', 'no header', 'Content-Type: multipart/mixed; boundary=x\n\n--x', ': :\n\n'];
    for (const text of crooked) expect(() => parseMail(raw(text))).not.toThrow();
    let deep = 'end';
    for (let level = 0; level < 40; level++)
      deep = `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n${deep}\n--b${level}--`;
    expect(() => parseMail(raw(deep))).not.toThrow();
  });
});
