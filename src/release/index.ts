export { releaseHolder } from './holder';
export { releaseOps } from './operations';
export { releaseRegistryOps } from './registry-operations';
export { releaseRoutes } from './routes';
export type { ReleasePorts } from './routes.ports';
