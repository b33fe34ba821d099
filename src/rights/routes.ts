import type { Routes } from '../http';
import { askerRoutes } from './routes.asker';
import { officerRoutes } from './routes.officer';
import { personRoutes } from './routes.people';
import type { RightsPorts } from './routes.ports';
import { reportRoutes } from './routes.reports';

/** The asker's side and the officer's. */
export const rightsRoutes = (ports: RightsPorts): Routes => [
  ...askerRoutes(ports),
  ...officerRoutes(ports),
  ...personRoutes(ports),
  ...reportRoutes(ports),
];
