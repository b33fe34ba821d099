import { createTransport } from 'nodemailer';
import type { MailTransport } from './pump';

/**
 * SMTP by nodemailer, on Node and from a Durable Object. `url`: `smtp://user:pass@host:port` or `smtps://…`.
 * Headers are ours; a line break in an address or subject can't start another header (nodemailer folds them away).
 */
export function smtpTransport(url: string, from: string): MailTransport {
  const transport = createTransport({
    url,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as never);
  return {
    send: async (mail) => {
      await transport.sendMail({
        from,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        headers: mail.headers,
      });
    },
  };
}
