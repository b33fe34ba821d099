import { fieldRegister } from '../people';
import { need } from '../platform';
import { DATA_COST_RULE, type DataCostRow, dataCostReport, type FieldLedger } from './data-cost';
import { gathered } from './gather';
import { qualityMetrics } from './metric-programme';
import { type Asked, type Made, printed, type ReportKind } from './report';
import { costsOf, spent } from './reports-programme';
import { mergeStoredFields } from './stored-fields';

/** How good the stored values are, and whether each has a basis that holds now. */
async function quality(asked: Asked): Promise<Made> {
  const all = await storedFields(asked);
  const scope = { as_of: asked.now, population: 'everybody who is known' };
  const metrics = Object.entries(qualityMetrics(all.quality, scope)).filter(([key]) => key !== 'duplicate_rate');
  const body = Object.fromEntries(metrics.map(([key, m]) => [key, printed(m, asked.analyses.k)]));
  return { population: scope.population, people: all.people, excluded: {}, body };
}

/** What each field costs to collect and keep, against the margin that it brings. */
async function dataCost(asked: Asked): Promise<Made> {
  const { book, analyses, now } = asked;
  const [all, costs] = await Promise.all([storedFields(asked), costsOf(asked)]);
  const measured = new Map(
    need(await asked.ports.registry.run('insight.measurements', {}, asked.context)).map((m) => [m.objective, m.value]),
  );
  const fields = Object.values(fieldRegister(book))
    .filter((f) => !f.archived)
    .map((f): FieldLedger => {
      const { persons, eligible, last_used } = all.fields[f.key] ?? { persons: 0, eligible: 0, last_used: null };
      const collected = spent(costs, (c) => c.kind === 'data' && c.field === f.key);
      const collect = persons > 0 ? collected / persons : 0;
      const margin = measured.get(`margin_${f.key}`) ?? null;
      return { field: f.key, persons, eligible, collect, keep: f.annual_cost ?? 0, margin, last_used };
    });
  const { as_of: _at, ...report } = dataCostReport({ fields, rule: DATA_COST_RULE, as_of: now });
  const rows = report.rows.map((row) => (row.persons > 0 && row.persons < analyses.k ? hiddenRow(row) : row));
  return {
    population: 'everybody who is known',
    people: all.people,
    excluded: {},
    body: { currency: analyses.currency, ...report, rows },
  };
}

/** A field that few have: its advice stands, its numbers would single them out. */
const hiddenRow = ({ field, advice }: DataCostRow) => ({
  field,
  advice,
  persons: null,
  total_cost: null,
  total_net: null,
});

/** The slices of all vaults on stored fields, as one. */
async function storedFields({ ports, context }: Asked) {
  const all = await gathered(ports.vaults, (vault, after) => vault.run('report.fields', { after }, context));
  return { people: all.people, ...mergeStoredFields(all.parts) };
}

export const DATA_REPORTS: Readonly<Record<string, ReportKind>> = {
  quality: { title: 'Quality of the stored values', make: quality },
  data_cost: { title: 'What data costs and what it brings', make: dataCost },
};
