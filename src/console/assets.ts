import { type Routes, route } from '../http';
import { sha256 } from '../platform';
import { SCRIPT } from './script';
import { STYLE } from './style';

type File = { path: string; type: string; body: string };

const named = (name: string, type: string, body: string): File => {
  const version = sha256(body).toString('hex').slice(0, 12);
  const dot = name.lastIndexOf('.');
  return { path: `/console/assets/${name.slice(0, dot)}-${version}${name.slice(dot)}`, type, body };
};

const style = named('console.css', 'text/css; charset=utf-8', STYLE);
const script = named('console.js', 'text/javascript; charset=utf-8', SCRIPT);

export const STYLE_PATH = style.path;
export const SCRIPT_PATH = script.path;

/** The name contains the hash of the content, so a browser may keep it for good. */
const headersOf = (file: File): Record<string, string> => ({
  'content-type': file.type,
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
});

export const assetRoutes = (): Routes =>
  [style, script].map((file) =>
    route({
      method: 'get',
      path: file.path,
      tag: 'Console',
      summary: `The console's ${file.type.split('/')[1]!.split(';')[0]}`,
      auth: { kind: 'public', because: 'style and behaviour of the sign-in page, the same for everybody' },
      answers: [{ status: 200, description: 'The file', type: file.type }],
      handler: () => new Response(file.body, { headers: headersOf(file) }),
    }),
  );
