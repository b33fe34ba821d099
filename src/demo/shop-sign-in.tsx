/** Signing in, and tying the choices of this device to who signed in. */
import type { Context, Hono } from 'hono';
import { AccountPage, SignInPage } from './shop-account';
import { customerId, frameOf, languageOf, type Shop } from './shop-context';
import type { Session } from './shop-session';

/** Ties this device to the customer. The shop stays usable when the API doesn't answer. */
async function tie(shop: Shop, session: Session, token: string): Promise<boolean> {
  if (!session.customer || !token) return false;
  const subject = { type: 'customer' as const, id: customerId(session.customer) };
  const answer = await shop.signIn({ subject_token: token, subject }).catch(() => ({ linked: false }));
  session.linked ||= answer.linked;
  return answer.linked;
}

async function signInto(shop: Shop, c: Context): Promise<Response> {
  const form = await c.req.parseBody();
  const customer = shop.customers.get(String(form.email).trim().toLowerCase());
  if (!customer) {
    return c.html(<SignInPage frame={frameOf(shop, c)} example={shop.world.known.email} unknown={true} />, 422);
  }
  const session = shop.sessions.open(c);
  session.customer = customer;
  session.linked = false;
  shop.sessions.renew(c, session);
  await tie(shop, session, typeof form.subject_token === 'string' ? form.subject_token : '');
  return c.redirect(`/${languageOf(c)}/account`, 303);
}

/** `/{lang}/sign-in`, `/account`, `/sign-out`, and `/link` for a choice made after the sign-in. */
export function serveSignIn(app: Hono, shop: Shop): void {
  app.get('/:lang{(?:en|de)}/sign-in', (c) =>
    c.html(<SignInPage frame={frameOf(shop, c)} example={shop.world.known.email} unknown={false} />),
  );
  app.post('/:lang{(?:en|de)}/sign-in', (c) => signInto(shop, c));
  app.get('/:lang{(?:en|de)}/account', (c) => {
    const session = shop.sessions.find(c);
    if (!session?.customer) return c.redirect(`/${languageOf(c)}/sign-in`);
    return c.html(<AccountPage frame={frameOf(shop, c)} linked={session.linked} />);
  });
  app.post('/:lang{(?:en|de)}/sign-out', (c) => {
    const session = shop.sessions.find(c);
    if (session) Object.assign(session, { customer: null, linked: false });
    return c.redirect(`/${languageOf(c)}`, 303);
  });
  app.post('/link', async (c) => {
    const session = shop.sessions.find(c);
    const body: unknown = await c.req.json().catch(() => null);
    const token = body && typeof body === 'object' && 'subject_token' in body ? body.subject_token : null;
    if (!session?.customer || typeof token !== 'string') return c.json({ linked: false }, 422);
    const linked = await tie(shop, session, token);
    return c.json({ linked }, linked ? 200 : 502);
  });
}
