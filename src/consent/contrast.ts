/** Red, green, blue in 0–255; null for anything that isn't an opaque colour. */
function parseColour(text: string): [number, number, number] | null {
  const value = text.trim().toLowerCase();
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(value)?.[1];
  if (hex) {
    const full = hex.length === 3 ? [...hex].map((c) => c + c).join('') : hex;
    return [0, 2, 4].map((i) => Number.parseInt(full.slice(i, i + 2), 16)) as [number, number, number];
  }
  const rgb = /^rgb\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*\)$/.exec(value);
  const parts = rgb?.slice(1).map(Number);
  return parts?.every((n) => n <= 255) ? (parts as [number, number, number]) : null;
}

/** Do two CSS colours look the same? Unreadable ones are compared as text. */
export function sameColour(a: string, b: string): boolean {
  const [x, y] = [parseColour(a), parseColour(b)];
  return x && y ? x.every((n, i) => n === y[i]) : a.trim().toLowerCase() === b.trim().toLowerCase();
}

/** Relative luminance, WCAG 2.2. */
function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((n) => {
    const c = n / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2); null if one can't be read. */
export function contrast(a: string, b: string): number | null {
  const [x, y] = [parseColour(a), parseColour(b)];
  if (!x || !y) return null;
  const [light = 0, dark = 0] = [luminance(x), luminance(y)].sort((m, n) => n - m);
  return (light + 0.05) / (dark + 0.05);
}
