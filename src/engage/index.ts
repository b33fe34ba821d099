export { engageHolder } from './holder';
export { engageKinds } from './kinds';
export { engageListeners } from './listeners';
export { loyaltySaga } from './loyalty-saga';
export { engageOps } from './operations';
export { type BuildPorts, freshenNeighbours, pumpSends, type SendPorts } from './pump';
export { engageRegistryOps } from './registry-operations';
export { engageRoutes } from './routes';
export type { EngagePorts } from './routes.ports';
