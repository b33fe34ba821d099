import { type definitionOps, homeOf, type Purpose, type Rulebook } from '../consent';
import { type CallContext, type Dataset, everyVault, need, type Vault, type Vaults, type Wire } from '../platform';
import type { PackageFacts } from './package';
import type { Right } from './rules';
import type { RightsVaultOps } from './saga-ports';
import type { RightsSystem } from './system';

type Ports = {
  vaults: Vaults<RightsVaultOps>;
  registry: Vault<ReturnType<typeof definitionOps>>;
  snapshot(): Promise<{ book: Rulebook }> | { book: Rulebook };
  systems?: readonly RightsSystem[];
};

type Fetched = { id: string; person: string; right: Right; language: string };

/** Everything that all vaults hold of a person and those who were merged into them. */
export async function collectPackage(
  ports: Ports,
  f: Fetched,
  now: number,
  context: CallContext,
): Promise<PackageFacts> {
  const { book } = await ports.snapshot();
  const persons = await withAliases(ports.vaults, f.person, context);
  const parts: Dataset[] = [];
  for (const vault of everyVault(ports.vaults))
    parts.push(...need(await vault.run('rights.collect', { persons, request: f.id }, context)));
  const foreign = await foreignData(ports, f, persons, context);
  const datasets = [...merged(parts), ...foreign.datasets];
  return {
    request: f.id,
    person: f.person,
    language: f.language,
    made_at: now,
    controller: { name: book.controller.name, contact: book.controller.contact },
    datasets,
    purposes: Object.values(book.purposes)
      .filter((p) => !p.archived)
      .map((p) => purposeRow(p, f.language)),
    sources: ['own_store', ...foreign.answered],
    missing: foreign.missing,
    notices: await noticesOf(ports, datasets, context),
  };
}

/** What the systems beside our databases hold; those that don't answer are named in the package. */
async function foreignData(ports: Ports, f: Fetched, persons: readonly string[], context: CallContext) {
  const found = { datasets: [] as Dataset[], answered: [] as string[], missing: [] as string[] };
  if (!ports.systems?.length) return found;
  const identifiers: { type: string; id: string }[] = [];
  for (const person of persons) {
    const home = homeOf(ports.vaults, person);
    const points = need(await home.run('rights.contacts', { person, why: 'access: other systems' }, context));
    identifiers.push(...points.flatMap((p) => (p.value === null ? [] : [{ type: p.kind, id: p.value }])));
  }
  for (const system of ports.systems) {
    try {
      found.datasets.push(...(await system.collect({ request: f.id, identifiers })));
      found.answered.push(system.name);
    } catch {
      found.missing.push(system.name);
    }
  }
  return found;
}

/** The person and, over all vaults, everybody who was merged into them. */
export async function withAliases(
  vaults: Vaults<RightsVaultOps>,
  person: string,
  context: CallContext,
): Promise<string[]> {
  const all = [person];
  for (let fresh = all; fresh.length > 0; ) {
    const answers = await Promise.all(
      everyVault(vaults).map(async (v) => need(await v.run('rights.aliases', { persons: fresh }, context))),
    );
    fresh = answers.flat().filter((p) => !all.includes(p));
    all.push(...fresh);
  }
  return all;
}

/** One dataset per name, rows of all vaults after each other. */
function merged(parts: readonly Dataset[]): Dataset[] {
  const byName = new Map<string, Dataset>();
  for (const { name, title, rows } of parts) {
    const known = byName.get(name);
    byName.set(name, { name, title, rows: [...(known?.rows ?? []), ...rows] });
  }
  return [...byName.values()];
}

const said = (texts: Readonly<Record<string, string>>, language: string): string =>
  texts[language] ?? texts.en ?? Object.values(texts)[0] ?? '';

const purposeRow = (p: Purpose, language: string): Record<string, Wire> => ({
  purpose: p.key,
  name: said(p.name, language),
  text: said(p.text, language),
  legal_basis: p.basis,
  data_categories: p.categories.join(', '),
  recipients: p.recipients.join(', '),
  services: p.services.join(', '),
  kept_days: p.retention_days,
});

/** The notices that stand in the person's records, in the language in which each was shown, from the stored version. */
async function noticesOf(ports: Ports, datasets: readonly Dataset[], context: CallContext) {
  const rows = datasets.find((d) => d.name === 'consent_records')?.rows ?? [];
  const shown = new Map(
    rows.filter((r) => typeof r.notice === 'string').map((r) => [`${r.notice} (${r.language})`, r] as const),
  );
  const notices: { name: string; title: string; text: string; hash: string }[] = [];
  for (const row of shown.values()) {
    const [key, version] = String(row.notice).split('@');
    const language = String(row.language);
    const input = { kind: 'notices', key: key!, version: Number(version) };
    const found = need(await ports.registry.run('definitions.get', input, context));
    const text = (found?.body.texts as unknown as Record<string, { title: string; text: string }> | undefined)?.[
      language
    ];
    if (text) notices.push({ name: `${key}-${version}-${language}`, ...text, hash: String(row.notice_hash) });
  }
  return notices;
}
