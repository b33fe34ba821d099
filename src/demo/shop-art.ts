/** Pictures of the products, drawn as SVG from two hues, so that the shop asks nobody else for one. */
import type { Language, Product } from './seed-types';

const xml = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);

/** A number from a name, for small differences between pictures of one kind (FNV-1a). */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return sum;
}

type Palette = { back: string; deep: string; front: string; light: string };

function paletteOf([a, b]: [number, number]): Palette {
  return {
    back: `hsl(${a} 42% 34%)`,
    deep: `hsl(${a} 48% 22%)`,
    front: `hsl(${b} 66% 62%)`,
    light: `hsl(${b} 70% 92%)`,
  };
}

/** Words broken into lines of about `width` letters. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const SERIF = 'font-family="Iowan Old Style, Palatino, Georgia, serif"';

function words(lines: string[], x: number, y: number, size: number, fill: string): string {
  return lines
    .map(
      (line, index) =>
        `<text x="${x}" y="${y + index * size * 1.18}" font-size="${size}" font-weight="600" fill="${fill}" ${SERIF}>${xml(line)}</text>`,
    )
    .join('');
}

const PATTERNS: ((c: Palette) => string)[] = [
  (c) =>
    [0, 1, 2, 3, 4]
      .map(
        (n) =>
          `<path d="M40 ${262 + n * 20}q27-16 55 0t55 0 55 0 55 0" fill="none" stroke="${n % 2 ? c.light : c.front}" stroke-width="5"/>`,
      )
      .join(''),
  (c) => `<circle cx="150" cy="300" r="70" fill="${c.front}"/><circle cx="176" cy="284" r="70" fill="${c.back}"/>`,
  (c) =>
    [0, 1, 2, 3]
      .map(
        (n) =>
          `<rect x="${52 + n * 52}" y="${340 - n * 34 - 60}" width="34" height="${60 + n * 34}" fill="${n % 2 ? c.light : c.front}"/>`,
      )
      .join(''),
  (c) =>
    `<path d="M40 350L120 230l45 62 34-44 61 102z" fill="${c.front}"/><circle cx="212" cy="216" r="22" fill="${c.light}"/>`,
  (c) =>
    [0, 1, 2, 3, 4, 5]
      .map(
        (n) =>
          `<circle cx="${70 + (n % 3) * 80}" cy="${258 + Math.floor(n / 3) * 66}" r="${n % 2 ? 16 : 27}" fill="${n % 2 ? c.light : c.front}"/>`,
      )
      .join(''),
  (c) =>
    `<path d="M150 215c62 0 92 46 92 92s-40 60-92 60-92-14-92-60 30-92 92-92z" fill="${c.front}"/><path d="M150 240v110M110 262l40 24 40-24M104 306l46 22 46-22" stroke="${c.deep}" stroke-width="5" fill="none"/>`,
];

/** The largest letters with which the longest of the lines still fits: serif letters are about 0.62 em wide. */
function fitting(lines: string[], room: number, most: number): number {
  return Math.min(most, Math.floor(room / (0.62 * Math.max(...lines.map((line) => line.length)))));
}

function book(product: Product, title: string, c: Palette): string {
  const pattern = PATTERNS[(hash(product.key) >>> 13) % PATTERNS.length]!;
  const lines = wrap(title, 12);
  const size = fitting(lines, 188, 27);
  const author = `<text x="66" y="${82 + lines.length * size * 1.18}" font-size="14" fill="${c.light}" ${SERIF}>${xml(product.by)}</text>`;
  return `<rect x="34" y="14" width="232" height="372" rx="4" fill="${c.back}"/><rect x="34" y="14" width="14" height="372" fill="${c.deep}"/>${pattern(c)}${words(lines, 66, 66, size, '#fff')}${author}`;
}

function coffee(product: Product, title: string, c: Palette): string {
  const lines = wrap(title.split(',')[0]!, 8);
  return `<path d="M70 60h160l14 30v280q0 12-12 12H68q-12 0-12-12V90z" fill="${c.back}"/><path d="M70 60h160v22H70z" fill="${c.deep}"/><rect x="78" y="150" width="144" height="150" rx="6" fill="${c.light}"/>${words(lines, 92, 192, fitting(lines, 118, 26), c.deep)}<text x="92" y="280" font-size="15" fill="${c.deep}" ${SERIF}>${xml(product.by)}</text><ellipse cx="150" cy="116" rx="13" ry="18" fill="${c.front}"/><path d="M150 99q-7 17 0 34" stroke="${c.deep}" stroke-width="3" fill="none"/>`;
}

function cup(c: Palette): string {
  return `<ellipse cx="150" cy="318" rx="112" ry="20" fill="${c.light}"/><path d="M72 170h136v88q0 54-54 54h-28q-54 0-54-54z" fill="${c.back}"/><path d="M208 188h16q30 0 30 32t-30 32h-18" fill="none" stroke="${c.back}" stroke-width="16"/><ellipse cx="140" cy="170" rx="68" ry="14" fill="${c.deep}"/><path d="M112 140q-16-20 0-40t0-40M150 140q-16-20 0-40t0-40" stroke="${c.front}" stroke-width="6" fill="none" stroke-linecap="round"/>`;
}

function lamp(c: Palette): string {
  return `<path d="M60 330h120v18H60z" fill="${c.deep}"/><path d="M118 330V190l70-70" stroke="${c.deep}" stroke-width="10" fill="none"/><path d="M160 80l70 62-34 34-70-62z" fill="${c.back}"/><path d="M206 166l60 120H110z" fill="${c.front}" opacity=".5"/><circle cx="118" cy="190" r="11" fill="${c.front}"/>`;
}

function retreat(c: Palette): string {
  return `<rect x="14" y="40" width="272" height="320" rx="10" fill="${c.light}"/><circle cx="212" cy="112" r="34" fill="${c.front}"/><path d="M14 240l74-96 58 74 44-52 96 90v94q0 10-10 10H24q-10 0-10-10z" fill="${c.back}"/><path d="M14 292q34-14 68 0t68 0 68 0 68 0v58q0 10-10 10H24q-10 0-10-10z" fill="${c.deep}"/><path d="M112 262l38-32 38 32v40h-76z" fill="#fff"/><path d="M102 264l48-42 48 42" fill="none" stroke="${c.deep}" stroke-width="8"/><rect x="142" y="274" width="18" height="28" fill="${c.front}"/>`;
}

function shield(c: Palette): string {
  return `<path d="M150 50l104 34v96c0 82-46 136-104 170C92 316 46 262 46 180V84z" fill="${c.back}"/><path d="M150 50l104 34v96c0 82-46 136-104 170z" fill="${c.deep}"/><path d="M100 196l38 38 66-76" fill="none" stroke="${c.light}" stroke-width="18" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function game(title: string, c: Palette): string {
  const lines = wrap(title.split(',')[0]!, 9);
  return `<rect x="40" y="70" width="220" height="260" rx="10" fill="${c.back}"/><rect x="40" y="250" width="220" height="80" fill="${c.deep}"/>${words(lines, 62, 122, fitting(lines, 180, 32), '#fff')}<path d="M84 232h132l-22 38h-88z" fill="${c.front}"/><path d="M150 232v-40l34 40" fill="${c.light}"/>`;
}

function drawing(product: Product, title: string, c: Palette): string {
  if (product.kind === 'book') return book(product, title, c);
  if (product.kind === 'coffee') return coffee(product, title, c);
  if (product.kind === 'retreat') return retreat(c);
  if (product.kind === 'cover') return shield(c);
  if (product.kind === 'game') return game(title, c);
  return product.key.includes('lamp') ? lamp(c) : cup(c);
}

/** An SVG document of 300 × 400. */
export function artOf(product: Product, language: Language): string {
  const title = product.name[language];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 400" role="img" aria-label="${xml(title)}">${drawing(product, title, paletteOf(product.hues))}</svg>`;
}

/** An otter's head above the water. */
export const OTTER = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#174a4f"/><circle cx="12" cy="27" r="4.5" fill="#6f4629"/><circle cx="52" cy="27" r="4.5" fill="#6f4629"/><path d="M10 36c0-15 9-23 22-23s22 8 22 23c0 9-9 14-22 14s-22-5-22-14z" fill="#8f5d3b"/><path d="M17 40c0-6 6-9 15-9s15 3 15 9c0 6-6 10-15 10s-15-4-15-10z" fill="#f0dfc8"/><circle cx="21" cy="28" r="2.6" fill="#1c130c"/><circle cx="43" cy="28" r="2.6" fill="#1c130c"/><path d="M26.5 33.5q5.5-3 11 0-1.5 4.5-5.5 4.5t-5.5-4.5z" fill="#1c130c"/><path d="M32 38v3m-5 2q3 2 5-2 2 4 5 2" stroke="#1c130c" stroke-width="1.5" fill="none" stroke-linecap="round"/><path d="M20 39l-11-2m11 5l-11 2M44 39l11-2m-11 5l11 2" stroke="#f0dfc8" stroke-width="1.2" stroke-linecap="round"/><path d="M0 52q8-4 16 0t16 0 16 0 16 0v12H0z" fill="#3f8388"/></svg>`;
