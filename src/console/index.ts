export { consoleKinds } from './kinds';
export { consoleOps } from './operations';
export type { ConsolePorts } from './ports';
export { consoleRoutes } from './routes';
export { consoleTrouble } from './trouble';
