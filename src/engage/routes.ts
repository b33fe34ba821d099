import type { Routes } from '../http';
import { campaignRoutes } from './routes.campaigns';
import { caseRoutes } from './routes.cases';
import { loyaltyRoutes } from './routes.loyalty';
import type { EngagePorts } from './routes.ports';
import { preferenceRoutes } from './routes.preferences';
import { referralRoutes } from './routes.referral';
import { showRoutes } from './routes.shows';

/** Campaigns, preferences, loyalty, referral, offers, surveys, cases and contact pressure. */
export const engageRoutes = (ports: EngagePorts): Routes => [
  ...campaignRoutes(ports),
  ...preferenceRoutes(ports),
  ...loyaltyRoutes(ports),
  ...referralRoutes(ports),
  ...showRoutes(ports),
  ...caseRoutes(ports),
];
