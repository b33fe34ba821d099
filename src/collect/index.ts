export { type Drop, dropsBetween } from './drop-store';
export { collectKinds } from './kinds';
export { type Mapping, mappingKind } from './mapping';
export { collectOps } from './operations';
export { collectRegistryOps } from './registry-operations';
export { collectRoutes } from './routes';
export type { CollectPorts } from './routes.ports';
export { type Source, type SourceBody, sourceOf, sourcesOf } from './source';
