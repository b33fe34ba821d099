/**
 * What the console's pages can do better with JavaScript: shows times in the reader's own zone, copies, and knows keys.
 * Served as a file of its own; makes no markup out of text, so it runs under Trusted Types.
 */
export const SCRIPT = `
'use strict';
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && root.dataset.zone !== zone) {
    document.cookie = 'avow-zone=' + encodeURIComponent(zone) + ';path=/console;max-age=31536000;samesite=lax' + (location.protocol === 'https:' ? ';secure' : '');
    for (const time of document.querySelectorAll('time[data-style]')) {
      const style = time.dataset.style === 'day' ? { dateStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' };
      time.textContent = new Intl.DateTimeFormat(root.lang, style).format(new Date(time.dateTime));
    }
  }
  document.addEventListener('click', async (event) => {
    const button = event.target.closest && event.target.closest('[data-copy]');
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    try { await navigator.clipboard.writeText(field.value); } catch { field.select(); document.execCommand('copy'); }
    const live = document.getElementById('live');
    if (live) live.textContent = button.dataset.said;
  });
  document.addEventListener('change', (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute('data-live')) form.requestSubmit();
  });
  const rows = () => [...document.querySelectorAll('[data-row]')];
  let at = -1;
  const move = (by) => {
    const all = rows();
    if (all.length === 0) return;
    if (at >= 0) all[at].classList.remove('at');
    at = Math.max(0, Math.min(all.length - 1, at + by));
    all[at].classList.add('at');
    const link = all[at].querySelector('a, button');
    if (link) link.focus();
  };
  document.addEventListener('keydown', (event) => {
    const on = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || on.isContentEditable) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(on.tagName)) { if (event.key === 'Escape') on.blur(); return; }
    const help = document.getElementById('keys');
    if (event.key === '/') {
      const search = document.querySelector('[data-search]');
      if (search) { event.preventDefault(); search.focus(); }
    } else if (event.key === 'j') move(1);
    else if (event.key === 'k') move(-1);
    else if (event.key === '?' && help) { if (help.open) help.close(); else help.showModal(); }
  });
})();
`;
