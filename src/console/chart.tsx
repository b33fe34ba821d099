import type { Markup } from './page';

/** Charts as SVG from the server: they need no script, print, and have the table of their figures beside them. */

export type Series = { name: string; values: readonly (number | null)[] };

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 10;
const plotHeight = HEIGHT - TOP - BOTTOM;
const plotWidth = WIDTH - LEFT - 8;

const x = (i: number, n: number): number => LEFT + (n < 2 ? plotWidth / 2 : (i * plotWidth) / (n - 1));
const y = (value: number, max: number): number => TOP + plotHeight * (1 - value / max);
const at = (n: number): string => n.toFixed(1);

/** The stretches of a line between its gaps. */
function paths(values: readonly (number | null)[], max: number): string[] {
  const out: string[] = [];
  let current = '';
  values.forEach((value, i) => {
    if (value === null) {
      if (current) out.push(current);
      current = '';
    } else current += `${current ? 'L' : 'M'}${at(x(i, values.length))} ${at(y(value, max))}`;
  });
  return current ? [...out, current] : out;
}

/** A round number at or above the largest value. */
export function ceiling(value: number): number {
  if (value <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((m) => m * step).find((n) => n >= value) ?? value;
}

const Axis = ({
  max,
  text,
  labels,
}: {
  max: number;
  text: (n: number) => string;
  labels: readonly string[];
}): Markup => (
  <g>
    {[0, 0.25, 0.5, 0.75, 1].map((share) => (
      <>
        <line class="axis" x1={LEFT} x2={WIDTH - 8} y1={at(y(share * max, max))} y2={at(y(share * max, max))} />
        <text x={LEFT - 6} y={at(y(share * max, max) + 4)} text-anchor="end">
          {text(share * max)}
        </text>
      </>
    ))}
    {labels.map((label, i) =>
      label ? (
        <text
          x={at(x(i, labels.length))}
          y={HEIGHT - 8}
          text-anchor={i === 0 ? 'start' : i === labels.length - 1 ? 'end' : 'middle'}
        >
          {label}
        </text>
      ) : null,
    )}
  </g>
);

export const Legend = ({ series }: { series: readonly Series[] }): Markup => (
  <ul class="legend">
    {series.map((s, i) => (
      <li>
        <svg viewBox="0 0 10 10" aria-hidden="true">
          <rect class={`s${(i % 6) + 1}`} width="10" height="10" rx="2" />
        </svg>
        {s.name}
      </li>
    ))}
  </ul>
);

type ChartProps = {
  id: string;
  title: string;
  /** What the chart shows, in one sentence, for who can't see it. */
  description: string;
  labels: readonly string[];
  series: readonly Series[];
  max: number;
  text: (n: number) => string;
};

/** Lines over time. A null is a gap: nothing was counted, or too little to be shown. */
export const LineChart = ({ id, title, description, labels, series, max, text }: ChartProps): Markup => (
  <figure class="stack figure-plot">
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${id}-t ${id}-d`}>
      <title id={`${id}-t`}>{title}</title>
      <desc id={`${id}-d`}>{description}</desc>
      <Axis max={max} text={text} labels={labels} />
      {series.map((s, i) => (
        <g>
          {paths(s.values, max).map((d) => (
            <path class={`line l${(i % 6) + 1}`} d={d} />
          ))}
          {s.values.map((value, j) =>
            value === null ? null : (
              <circle class={`s${(i % 6) + 1}`} cx={at(x(j, s.values.length))} cy={at(y(value, max))} r="2.6" />
            ),
          )}
        </g>
      ))}
    </svg>
    <Legend series={series} />
  </figure>
);

/** Bars over time, stacked in the order of the series. */
export function StackedChart({ id, title, description, labels, series, max, text }: ChartProps): Markup {
  const n = labels.length;
  const width = Math.max(1.5, (plotWidth / Math.max(1, n)) * 0.7);
  const left = (i: number) => LEFT + ((i + 0.5) * plotWidth) / n - width / 2;
  return (
    <figure class="stack figure-plot">
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${id}-t ${id}-d`}>
        <title id={`${id}-t`}>{title}</title>
        <desc id={`${id}-d`}>{description}</desc>
        <Axis max={max} text={text} labels={labels} />
        {labels.map((_, i) => {
          let below = 0;
          return series.map((s, j) => {
            const value = s.values[i] ?? 0;
            const top = y(below + value, max);
            const height = y(below, max) - top;
            below += value;
            return value > 0 ? (
              <rect class={`s${(j % 6) + 1}`} x={at(left(i))} y={at(top)} width={at(width)} height={at(height)} />
            ) : null;
          });
        })}
      </svg>
      <Legend series={series} />
    </figure>
  );
}
