export { type Drop, dropsBetween } from './drop-store';
export { collectOps } from './operations';
export { collectRoutes } from './routes';
export type { CollectPorts } from './routes.ports';
export { type Source, type SourceBody, sourceKind, sourceOf, sourcesOf } from './source';
