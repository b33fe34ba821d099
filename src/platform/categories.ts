import { getTableColumns, getTableName, type Table } from 'drizzle-orm';

/** A fideslang data category (`user.contact.email`), or `system.operations` for what says nothing about a person. */
export type DataCategory = `user${string}` | 'system.operations';

const register = new Map<string, Readonly<Record<string, DataCategory>>>();

/** Declares what each column of a table holds. The type demands every column; a test demands every table. */
export function categorise<T extends Table>(
  table: T,
  columns: Record<keyof T['_']['columns'] & string, DataCategory>,
): void {
  const names = getTableColumns(table);
  const byName = Object.entries(columns).map(([key, category]) => [names[key]!.name, category] as const);
  register.set(getTableName(table), Object.fromEntries(byName) as Record<string, DataCategory>);
}

/** Table → column → category, of all tables that are loaded. */
export const declaredCategories = (): ReadonlyMap<string, Readonly<Record<string, DataCategory>>> => register;
