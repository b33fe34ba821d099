export { fitText, type TextFit } from './fit-text';
export { DEFAULT_K, hideSmall } from './hide';
export { insightKinds } from './kinds';
export { insightListeners } from './listeners';
export { insightOps } from './operations';
export { insightRegistryOps } from './registry-operations';
export { insightRoutes } from './routes';
export type { CountedElsewhere, InsightPorts } from './routes.ports';
