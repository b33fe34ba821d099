import type { Routes } from '../http';
import { assetRoutes } from './assets';
import { auditRoutes } from './pages/audit';
import { connectionsRoutes } from './pages/connections';
import { consentsRoutes } from './pages/consents';
import { keysRoutes } from './pages/keys';
import { noticesRoutes } from './pages/notices';
import { personRoutes } from './pages/person';
import { previewRoutes } from './pages/preview';
import { proofRoutes } from './pages/proof';
import { purposesRoutes } from './pages/purposes';
import { registerRoutes } from './pages/register';
import { reportsRoutes } from './pages/reports';
import { requestRoutes } from './pages/request';
import { requestsRoutes } from './pages/requests';
import { rulesRoutes } from './pages/rules';
import { sessionRoutes } from './pages/session';
import { settingsRoutes } from './pages/settings';
import { sitesRoutes } from './pages/sites';
import { todayRoutes } from './pages/today';
import type { ConsolePorts } from './ports';

/** Every page and deed of the console. */
export const consoleRoutes = (ports: ConsolePorts): Routes => [
  ...assetRoutes(),
  ...sessionRoutes(ports),
  ...todayRoutes(ports),
  ...consentsRoutes(ports),
  ...personRoutes(ports),
  ...proofRoutes(ports),
  ...requestsRoutes(ports),
  ...requestRoutes(ports),
  ...purposesRoutes(ports),
  ...noticesRoutes(ports),
  ...previewRoutes(ports),
  ...reportsRoutes(ports),
  ...registerRoutes(ports),
  ...auditRoutes(ports),
  ...connectionsRoutes(ports),
  ...keysRoutes(ports),
  ...sitesRoutes(ports),
  ...settingsRoutes(ports),
  ...rulesRoutes(ports),
];
