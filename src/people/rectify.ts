import { currentRulebook } from '../consent';
import type { Wire, Writer } from '../platform';
import { attributesOf, deleteField, putAttribute } from './attribute-store';
import { fieldOf } from './register';
import { checkValue, isSealed } from './value';

/**
 * Corrects stored values (GDPR Art. 16): every purpose that holds the field gets the new value, none is added. `null`
 * deletes. Answers the fields that were changed; what isn't stored, or is no valid value, is left out.
 */
export function rectifyAttributes(w: Writer, person: string, changes: { readonly [field: string]: Wire }): string[] {
  const book = currentRulebook(w.db);
  const stored = attributesOf(w, person);
  const changed: string[] = [];
  for (const [key, value] of Object.entries(changes)) {
    const rows = stored.filter((a) => a.field === key);
    if (rows.length === 0) continue;
    if (value === null) {
      deleteField(w.db, person, key);
      changed.push(key);
      continue;
    }
    const field = fieldOf(book, key);
    const checked = field && checkValue(field, value);
    if (!field || !checked?.ok) continue;
    for (const row of rows)
      putAttribute(w, { ...row, value: checked.value, source: 'rectification', is_sealed: isSealed(field) });
    changed.push(key);
  }
  return changed;
}
