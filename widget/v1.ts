import { start } from './start';
import type { StartOptions } from './types';

/** `<script src="…/widget/v1.js" data-site="pk_…" async></script>`: the attributes are the options. */
function main(): void {
  const tag = (document.currentScript ?? document.querySelector('script[data-site]')) as HTMLScriptElement | null;
  if (tag)
    start({ api: new URL(tag.src, location.href).origin, ...(tag.dataset as unknown as StartOptions) }, tag.nonce);
}

main();
