/**
 * The scripts that the shop serves: its own, and three as vendors would have them, which a page may load only behind
 * a purpose. Plain JavaScript for the browser, kept as text so that the page's policy can stay `script-src 'self'`.
 */
import type { PurposeKey } from './seed-types';

/**
 * The shop's own script. It hands the widget's subject token to the shop's backend when somebody signs in, or when a
 * signed-in visitor makes the first choice, and it sends the request form to the API.
 */
export const SHOP_JS = `(() => {
  const page = document.documentElement.dataset;
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem('avow:' + page.siteKey)) || {};
    } catch {
      return {};
    }
  };

  for (const form of document.querySelectorAll('form[data-sign-in]')) {
    form.addEventListener('submit', () => {
      form.elements.subject_token.value = kept().token || '';
    });
  }

  // The token comes with the server's answer to the choice, a moment after the choice.
  const tie = async (tries) => {
    const token = kept().token;
    if (!token) return tries > 0 && setTimeout(tie, 400, tries - 1);
    const answer = await fetch('/link', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ subject_token: token }),
    });
    if (answer.ok) delete page.linkable;
  };
  if (page.linkable) {
    tie(0);
    document.addEventListener('avow:change', () => page.linkable && tie(10));
  }

  for (const form of document.querySelectorAll('form[data-request]')) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const { right, email, message } = form.elements;
      const body = { site: page.siteKey, right: right.value, subject: { type: 'email', id: email.value } };
      if (message.value) body.message = message.value;
      const answer = await fetch(page.api + '/v1/requests', {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: JSON.stringify(body),
      }).catch(() => undefined);
      const done = Boolean(answer && answer.ok);
      form.querySelector('[data-sent]').hidden = !done;
      form.querySelector('[data-failed]').hidden = done;
      if (done) form.reset();
    });
  }
})();
`;

const BEACON = `  const page = document.documentElement.dataset;
  const beacon = (pixel) =>
    fetch('/pixel/beacon', {
      method: 'POST',
      keepalive: true,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ pixel, page: location.pathname }),
    });
`;

const ANALYTICS_JS = `(() => {
${BEACON}
  const days = (count) => count * 86400;
  const id = (document.cookie.match(/tb_id=([^;]+)/) || [])[1] || crypto.randomUUID();
  document.cookie = 'tb_id=' + id + ';path=/;samesite=lax;max-age=' + days(180);
  document.cookie = 'tb_visit=1;path=/;samesite=lax;max-age=1800';
  beacon('analytics');

  // The same visit as an event for the collection gate, under the id that the choice was made with.
  const visitor = (() => {
    try {
      return JSON.parse(localStorage.getItem('avow:' + page.siteKey)).visitor;
    } catch {
      return undefined;
    }
  })();
  if (!visitor || !page.writeKey) return;
  const product = document.querySelector('[data-product]');
  const event = product
    ? { type: 'track', event: 'Product Viewed', properties: { product_id: product.dataset.product } }
    : { type: 'page', name: document.title, properties: { path: location.pathname } };
  fetch(page.api + (product ? '/v1/track' : '/v1/page'), {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'text/plain' },
    body: JSON.stringify({ writeKey: page.writeKey, anonymousId: visitor, messageId: crypto.randomUUID(), ...event }),
  }).catch(() => undefined);
})();
`;

const SUGGESTIONS_JS = `(async () => {
${BEACON}
  const product = document.querySelector('[data-product]');
  const seen = JSON.parse(localStorage.getItem('shelfmate_seen') || '[]');
  if (product && !seen.includes(product.dataset.product)) seen.unshift(product.dataset.product);
  localStorage.setItem('shelfmate_seen', JSON.stringify(seen.slice(0, 12)));
  beacon('suggestions');
  const room = document.querySelector('[data-suggestions]');
  if (!room) return;
  const query = new URLSearchParams({ lang: document.documentElement.lang, seen: seen.slice(0, 12).join(',') });
  const list = await (await fetch('/suggestions.json?' + query)).json();
  for (const { url, name } of list) {
    const link = document.createElement('a');
    link.href = url;
    link.textContent = name;
    const item = document.createElement('li');
    item.append(link);
    room.querySelector('ul').append(item);
  }
  room.hidden = list.length === 0;
})();
`;

const ADS_JS = `(() => {
${BEACON}
  document.cookie = 'aw_audience=reader;path=/;samesite=lax;max-age=' + 90 * 86400;
  beacon('ads');
})();
`;

export type Pixel = { key: string; purpose: PurposeKey; service: string; script: string };

/** What the shop's pages may load once a purpose is allowed, and which declared service each stands for. */
export const PIXELS: readonly Pixel[] = [
  { key: 'analytics', purpose: 'analytics', service: 'tallybrook', script: ANALYTICS_JS },
  { key: 'suggestions', purpose: 'personalisation', service: 'shelfmate', script: SUGGESTIONS_JS },
  { key: 'ads', purpose: 'ads_sharing', service: 'adlerwick', script: ADS_JS },
];
