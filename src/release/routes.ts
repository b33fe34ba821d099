import type { Routes } from '../http';
import { connectorRoutes } from './routes.connectors';
import { countRoutes } from './routes.counts';
import { exportRoutes } from './routes.exports';
import type { ReleasePorts } from './routes.ports';
import { recallRoutes } from './routes.recalls';
import { segmentRoutes } from './routes.segments';

/** Everything of the gate out that is called over HTTP. */
export const releaseRoutes = (ports: ReleasePorts): Routes => [
  ...segmentRoutes(ports),
  ...countRoutes(ports),
  ...exportRoutes(ports),
  ...recallRoutes(ports),
  ...connectorRoutes(ports),
];
