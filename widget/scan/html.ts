import type { Finding, Phase, ScanReport } from './report';

const plain = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const TITLES: Record<Phase, string> = {
  before: 'Before a choice',
  after_reject: 'After “no”',
  after_accept: 'After “yes”',
};

const CSS = `body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{text-align:start;padding:.4rem .6rem;border-bottom:1px solid GrayText;vertical-align:top;overflow-wrap:anywhere}
.error{font-weight:600}code{font-size:.9em}`;

const table = (heads: string[], rows: string[][]): string =>
  rows.length === 0
    ? '<p>Nothing.</p>'
    : `<table><thead><tr>${heads.map((h) => `<th scope="col">${h}</th>`).join('')}</tr></thead><tbody>${rows
        .map((cells) => `<tr>${cells.map((c) => `<td>${c}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`;

const findingRow = ({ severity, phase, subject, text }: Finding): string[] => [
  `<span class="${severity}">${severity}</span>`,
  phase ? TITLES[phase] : '',
  `<code>${plain(subject)}</code>`,
  plain(text),
];

function phaseSection({ phase, seen }: ScanReport['phases'][number]): string {
  const rows = seen.map((s) => [
    s.kind.replace('_', ' '),
    `<code>${plain(s.name)}</code>`,
    plain(s.kind === 'host' ? '' : s.where),
    s.lifetime === undefined ? '' : s.lifetime ? `${Math.ceil(s.lifetime / 86_400)} d` : 'session',
    plain(s.service ?? '—'),
    plain(s.purposes.join(', ')),
  ]);
  const heads = ['What', 'Name', 'Where', 'Lives', 'Service', 'Purposes'];
  return `<h2>${TITLES[phase]}</h2>${table(heads, rows)}`;
}

/** The report as one HTML page without scripts; everything that a site could have named is escaped. */
export function renderHtml(report: ScanReport): string {
  const errors = report.findings.filter((f) => f.severity === 'error').length;
  const verdict = errors ? `${errors} ${errors === 1 ? 'error' : 'errors'}` : 'No errors';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Scan of ${plain(report.url)}</title><style>${CSS}</style></head><body>
<h1>Scan of ${plain(report.url)}</h1>
<p>${plain(report.scanned_at)} · register: ${report.register} · <strong>${verdict}</strong></p>
<h2>Findings</h2>${table(['Severity', 'When', 'What', 'Why'], report.findings.map(findingRow))}
${report.phases.map(phaseSection).join('\n')}
</body></html>
`;
}
