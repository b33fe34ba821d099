import * as z from 'zod';
import { html, json, type Routes, readText, route } from '../http';
import { need, Refusal } from '../platform';
import { personIn } from './confirm';
import { homeOf } from './home';
import type { ConsentPorts } from './routes.ports';

const because = 'whoever holds the unguessable link from the mail may use it';

/** The pages of double opt-in. GET shows, only POST changes: mail scanners open links. */
export function confirmRoutes(ports: ConsentPorts): Routes {
  const confirm = async (token: string, context: Parameters<ConsentPorts['published']>[0]) => {
    const person = personIn(token);
    const found = person ? need(await homeOf(ports.vaults, person).run('confirmation.read', { token }, context)) : null;
    if (!person || !found) throw new Refusal('gone', 'this link is over or was changed on its way');
    return need(await homeOf(ports.vaults, person).run('consent.confirm', { person, record: found.record }, context));
  };
  return [
    route({
      method: 'get',
      path: '/confirm',
      tag: 'Consent',
      summary: 'The page behind a confirmation mail; changes nothing',
      auth: { kind: 'public', because },
      query: z.strictObject({ token: z.string().max(1024) }),
      answers: [{ status: 200, description: 'A page with one button', type: 'text/html' }],
      handler: ({ query }) =>
        html(
          'Confirm your choice',
          <form method="post" action="/confirm">
            <p>Press the button, and what you allowed counts. Nothing has changed yet.</p>
            <input type="hidden" name="token" value={query.token} />
            <button type="submit">Confirm</button>
          </form>,
        ),
    }),
    route({
      method: 'post',
      path: '/confirm',
      tag: 'Consent',
      summary: 'The button of that page',
      auth: { kind: 'public', because },
      raw: true,
      answers: [{ status: 200, description: 'Confirmed', type: 'text/html' }],
      errors: ['gone'],
      handler: async ({ c, context }) => {
        const form = new URLSearchParams(await readText(c.req.raw, 4096));
        await confirm(form.get('token') ?? '', context());
        return html(
          'Thank you',
          <p>Your choice is confirmed and counts from now on. You can change it at any time.</p>,
        );
      },
    }),
    route({
      method: 'post',
      path: '/v1/confirmations/{token}',
      tag: 'Consent',
      summary: 'Double opt-in, second step',
      auth: { kind: 'public', because },
      params: z.object({ token: z.string().min(10).max(1024) }),
      answers: [{ status: 200, description: 'Confirmed' }],
      errors: ['gone'],
      handler: async ({ params, context }) => {
        const done = await confirm(params.token, context());
        return json({ person: done.person, record: done.record, state: done.state });
      },
    }),
  ];
}
