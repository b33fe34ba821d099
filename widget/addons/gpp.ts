import type { Avow, ConsentChange } from '../types';
import { wordsOf } from '../words';
import { fieldsOf, gppString, type UsNat } from './usnat';

/**
 * The `__gpp` call of IAB's Global Privacy Platform, for `usnat` alone. Purposes name what they do by `gpp:sale`,
 * `gpp:sharing`, `gpp:ads`. A stub that the page installed earlier is taken over with its queue and listeners.
 */
type Callback = (data: unknown, success: boolean) => void;
type Listener = { id: number; callback: Callback };
type Gpp = ((command: string, callback: Callback, parameter?: unknown) => void) & {
  queue?: [string, Callback, unknown?][];
  events?: Listener[];
};
type Page = { __gpp?: Gpp };

const page = window as unknown as Page;
const avow = window.avow as Avow;
const earlier = page.__gpp;
const listeners: Listener[] = earlier?.events ?? [];
let state: UsNat | undefined;
let ready = false;
let count = listeners.length;

const ping = () => ({
  gppVersion: '1.1',
  cmpStatus: 'loaded',
  cmpDisplayStatus: 'hidden',
  signalStatus: ready ? 'ready' : 'not ready',
  supportedAPIs: ['7:usnat'],
  cmpId: 1,
  sectionList: state ? [7] : [],
  applicableSections: [state ? 7 : -1],
  gppString: state ? gppString(state) : 'DBAA',
  parsedSections: state ? { usnat: fieldsOf(state) } : {},
});

const event = (eventName: string, listenerId: number, data: unknown) => ({
  eventName,
  listenerId,
  data,
  pingData: ping(),
});

function fire(eventName: string, data: unknown): void {
  for (const { id, callback } of [...listeners]) callback(event(eventName, id, data), true);
}

function field(path: unknown): unknown {
  const [section, name] = String(path).split('.');
  const fields: Record<string, unknown> = state ? Object.assign({}, ...fieldsOf(state)) : {};
  return section === 'usnat' && name ? (fields[name] ?? null) : null;
}

function remove(id: unknown): boolean {
  const at = listeners.findIndex((l) => l.id === id);
  if (at >= 0) listeners.splice(at, 1);
  return at >= 0;
}

const commands: Record<string, (callback: Callback, parameter: unknown) => void> = {
  ping: (callback) => callback(ping(), true),
  addEventListener: (callback) => {
    count += 1;
    listeners.push({ id: count, callback });
    callback(event('listenerRegistered', count, true), true);
  },
  removeEventListener: (callback, id) => {
    const removed = remove(id);
    callback(event('listenerRemoved', id as number, removed), removed);
  },
  hasSection: (callback, name) => callback(!!state && name === 'usnat', true),
  getSection: (callback, name) => callback(state && name === 'usnat' ? fieldsOf(state) : null, true),
  getField: (callback, path) => callback(field(path), true),
};

const gpp: Gpp = (command, callback, parameter) => {
  const known = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (known) known(callback, parameter);
  else callback?.(null, false);
};

/** The event order is normative: not ready, then the section, then ready. */
function update({ allowed }: ConsentChange): void {
  const config = avow.config as NonNullable<Avow['config']>;
  if (!config.policy.region.startsWith('US')) {
    ready = true;
    fire('signalStatus', 'ready');
    return;
  }
  ready = false;
  fire('signalStatus', 'not ready');
  const words = wordsOf(config.purposes, 'gpp', (p) => !!allowed[p]);
  const out = (word: string): boolean | undefined => (words[word] === undefined ? undefined : !words[word]);
  state = {
    sale: out('sale'),
    sharing: out('sharing'),
    ads: out('ads'),
    gpc: (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true,
    mspaSigned: config.policy.mspa_signed,
  };
  fire('sectionChange', 'usnat');
  ready = true;
  fire('signalStatus', 'ready');
}

type Call = { callId: unknown; command: string; parameter?: unknown };

/** Frames ask by message; the answer goes to the frame that asked. */
function answerFrames({ data, source }: MessageEvent): void {
  const text = typeof data === 'string';
  let call: Call | undefined;
  try {
    call = ((text ? JSON.parse(data) : data) as { __gppCall?: Call } | null)?.__gppCall;
  } catch {
    return;
  }
  if (!call) return;
  const { callId, command, parameter } = call;
  gpp(
    command,
    (returnValue, success) => {
      const answer = { __gppReturn: { returnValue, success, callId } };
      (source as Window | null)?.postMessage(text ? JSON.stringify(answer) : answer, '*');
    },
    parameter,
  );
}

/** Frames look for a sibling frame of this name to find out which window to ask. */
function locator(): void {
  if (document.querySelector('iframe[name=__gppLocator]')) return;
  const frame = document.createElement('iframe');
  frame.name = '__gppLocator';
  frame.hidden = true;
  document.documentElement.append(frame);
}

page.__gpp = gpp;
addEventListener('message', answerFrames);
locator();
avow.onChange(update);
for (const [command, callback, parameter] of earlier?.queue ?? []) gpp(command, callback, parameter);
