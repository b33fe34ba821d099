import { verifyBundle } from './bundle';
import type { Finding, LogReport, Report } from './report';

/** `verify.html`: the verifier in a page that an auditor opens from the bundle. It loads nothing and sends nothing. */

/** As much of a document as this page needs; the rest of the source runs without one. */
type Node_ = {
  textContent: string | null;
  className: string;
  value: string;
  files: ArrayLike<{ name: string; arrayBuffer(): Promise<ArrayBuffer> }> | null;
  append(...nodes: Node_[]): void;
  replaceChildren(...nodes: Node_[]): void;
  addEventListener(event: string, listener: (event: { preventDefault(): void }) => void): void;
};
declare const document: { getElementById(id: string): Node_ | null; createElement(tag: string): Node_ };

const at = (id: string): Node_ => document.getElementById(id)!;

/** An element with text or children; text never becomes markup. */
function element(tag: string, content: string | readonly Node_[], className = ''): Node_ {
  const node = document.createElement(tag);
  if (typeof content === 'string') node.textContent = content;
  else node.append(...content);
  node.className = className;
  return node;
}

at('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void check();
});

async function check(): Promise<void> {
  const file = at('bundle').files?.[0];
  if (!file) return show(element('p', 'Choose the bundle first: the ZIP file as you received it.'));
  show(element('p', `Checking ${file.name}; a large bundle takes a minute.`));
  // Lets the browser paint the line above before the work begins.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const keys = linesOf(at('keys').value);
  const remembered = notesOf(at('heads').value);
  const bytes = new Uint8Array(await file.arrayBuffer());
  show(...told(verifyBundle(bytes, { vkeys: keys.length > 0 ? keys : undefined, remembered })));
}

const show = (...nodes: Node_[]): void => at('result').replaceChildren(...nodes);

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Heads that were kept, one after the other, as they were received. */
const notesOf = (text: string): string[] =>
  text
    .replaceAll('\r\n', '\n')
    .split(/(?<=\n— [^\n]+\n)(?!— )\n*/)
    .filter((note) => note.trim() !== '')
    .map((note) => (note.endsWith('\n') ? note : `${note}\n`));

const MOST_FINDINGS = 200;

function told(report: Report): Node_[] {
  const verdict = report.ok
    ? element('h2', 'This bundle is what was logged.', 'good')
    : element('h2', `This bundle is not what was logged: ${countOf(report.findings.length)}.`, 'bad');
  const findings = report.findings.slice(0, MOST_FINDINGS).map(finding);
  const rest = report.findings.length - findings.length;
  return [
    verdict,
    element('p', trustOf(report), report.trust === 'given' ? '' : 'warn'),
    ...(findings.length > 0 ? [element('ul', findings)] : []),
    ...(rest > 0 ? [element('p', `and ${rest} more.`)] : []),
    table(report.logs),
    element('p', `Made ${report.created ?? 'at an unknown time'}; view: ${viewOf(report)}.`),
  ];
}

const countOf = (n: number): string => (n === 1 ? 'one thing is wrong' : `${n} things are wrong`);

const viewOf = ({ filter }: Report): string =>
  filter === null || filter === undefined ? 'the whole log' : JSON.stringify(filter);

function trustOf({ trust, signers }: Report): string {
  const who = signers.length > 0 ? ` It was signed with ${signers.join(', ')}.` : '';
  return trust === 'given'
    ? `The signatures were checked with the key that you gave.${who}`
    : `No key was given, so the key inside the bundle was used: this shows that the bundle agrees with itself, not who made it.${who}`;
}

const finding = ({ message, code }: Finding): Node_ => element('li', `${message} (${code})`);

const COLUMNS = ['Log', 'Entries', 'Opened', 'Erased', 'Outside the view', 'Epoch', 'Root'];

function table(logs: readonly LogReport[]): Node_ {
  const head = element(
    'tr',
    COLUMNS.map((name) => element('th', name)),
  );
  const rows = logs.map((log) => {
    const cells = [log.origin, log.size, log.opened, log.erased, log.withheld, log.epoch, log.root];
    return element(
      'tr',
      cells.map((cell) => element('td', String(cell))),
    );
  });
  return element('table', [element('thead', [head]), element('tbody', rows)]);
}
