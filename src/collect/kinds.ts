import type { Kind } from '../consent';
import { mappingKind } from './mapping';
import { sourceKind } from './source';

/** What an organisation declares about what comes in. */
export const collectKinds: readonly Kind[] = [sourceKind, mappingKind];
