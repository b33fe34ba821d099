import type { Child } from 'hono/jsx';
import { agoText, numberText, timeText } from './format';
import type { Markup } from './page';
import type { View } from './view';

/** The session's token, in every form. */
export const Csrf = ({ v }: { v: View }): Markup => <input type="hidden" name="csrf" value={v.csrf} />;

/** A time in the reader's zone; UTC stands in the title and in `datetime`. */
export function Time({ v, at, style }: { v: View; at: number | string; style?: 'day' | 'ago' | 'utc' }): Markup {
  const ms = typeof at === 'string' ? Date.parse(at) : at;
  const iso = new Date(ms).toISOString();
  const utc = `${iso.slice(0, 19).replace('T', ' ')} UTC`;
  if (style === 'ago')
    return (
      <time datetime={iso} title={utc}>
        {agoText(ms, v.now, v.language)}
      </time>
    );
  // A legal term ends with a day of UTC, wherever the reader is.
  if (style === 'utc')
    return (
      <time class="nowrap" datetime={iso} title={utc}>
        {timeText(ms, v.language, 'UTC', 'day')}
      </time>
    );
  return (
    <time class="nowrap" datetime={iso} title={utc} data-style={style ?? 'minute'}>
      {timeText(ms, v.language, v.zone, style)}
    </time>
  );
}

export const Count = ({ v, n }: { v: View; n: number }): Markup => <>{numberText(n, v.language)}</>;

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'plain';

/** A small label. Colour never says anything alone: the words do. */
export const Chip = ({ tone = 'plain', children }: { tone?: Tone; children?: Child }): Markup => (
  <span class={tone === 'plain' ? 'chip' : `chip ${tone}`}>{children}</span>
);

const SIGN: Readonly<Record<string, string>> = { granted: '✓ ', refused: '✕ ', withdrawn: '✕ ', objected: '✕ ' };
const TONE: Readonly<Record<string, Tone>> = {
  granted: 'good',
  refused: 'bad',
  withdrawn: 'bad',
  objected: 'bad',
  conflict: 'bad',
  expired: 'warn',
  requested: 'warn',
};

export const toneOf = (status: string): Tone => TONE[status] ?? 'plain';

/** The status of a purpose in words, with a sign. */
export const StatusChip = ({ v, status, label }: { v: View; status: string; label?: string }): Markup => {
  const words = v.t.status[status as keyof typeof v.t.status] ?? status;
  return <Chip tone={toneOf(status)}>{`${SIGN[status] ?? ''}${label ? `${label}: ` : ''}${words}`}</Chip>;
};

export const Empty = ({ title, text, children }: { title: string; text: string; children?: Child }): Markup => (
  <div class="empty">
    <h3>{title}</h3>
    <p>{text}</p>
    {children}
  </div>
);

export const Card = ({
  title,
  flush,
  actions,
  id,
  children,
}: {
  title?: string;
  flush?: boolean;
  actions?: Child;
  id?: string;
  children?: Child;
}): Markup => (
  <section class={flush ? 'card flush' : 'card'} id={id}>
    {title ? (
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
    ) : null}
    {children}
  </section>
);

/** A table that scrolls by itself on a small screen, by keyboard too. */
export const Table = ({
  label,
  head,
  children,
}: {
  label: string;
  head: readonly (string | { text: string; number: true })[];
  children?: Child;
}): Markup => (
  <section class="table" aria-label={label} tabindex={0}>
    <table>
      <thead>
        <tr>
          {head.map((h) =>
            typeof h === 'string' ? (
              <th scope="col">{h}</th>
            ) : (
              <th scope="col" class="number">
                {h.text}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);

export const Facts = ({ rows }: { rows: readonly (readonly [string, Child])[] }): Markup => (
  <dl class="facts">
    {rows.map(([term, value]) => (
      <>
        <dt>{term}</dt>
        <dd>{value}</dd>
      </>
    ))}
  </dl>
);

/** Text to take away, in a field that can be selected without JavaScript, with a button where there is some. */
export const Copy = ({
  v,
  id,
  label,
  value,
  area,
}: {
  v: View;
  id: string;
  label: string;
  value: string;
  area?: boolean;
}): Markup => (
  <div class="field">
    <label for={id}>{label}</label>
    <div class="copy">
      {area ? (
        <textarea id={id} class="short" readonly spellcheck={false}>
          {value}
        </textarea>
      ) : (
        <input id={id} value={value} readonly spellcheck={false} />
      )}
      <button class="button" type="button" data-copy={id} data-said={v.t.common.copied}>
        {v.t.common.copy}
      </button>
    </div>
  </div>
);

type PagerWords = { first: string; back: string; on: string };

/** Links to the beginning and to the next rows; filters stay. */
export const Pager = ({
  v,
  base,
  next,
  first,
  words = { first: v.t.common.newest, back: v.t.common.to_newest, on: v.t.common.older },
}: {
  v: View;
  base: URLSearchParams;
  next: string | undefined;
  first: boolean;
  words?: PagerWords;
}): Markup => {
  const start = new URLSearchParams(base);
  start.delete('cursor');
  const on = new URLSearchParams(start);
  if (next) on.set('cursor', next);
  return (
    <nav class="pager" aria-label={v.t.common.pages}>
      {first ? <span class="soft">{words.first}</span> : <a href={`?${start}`}>{words.back}</a>}
      {next ? (
        <a class="button small" href={`?${on}`} rel="next">
          {words.on}
        </a>
      ) : (
        <span class="soft">{v.t.common.no_more}</span>
      )}
    </nav>
  );
};

/** A person's pseudonym, shortened for reading; the whole of it is in the link and the title. */
export const PersonLink = ({ id }: { id: string }): Markup => (
  <a class="mono nowrap" href={`/console/people/${id}`} title={id}>
    {`${id.slice(0, 6)}…${id.slice(-6)}`}
  </a>
);
