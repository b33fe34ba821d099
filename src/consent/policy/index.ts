export {
  ALL_IN_FORCE,
  deviceModel,
  isEea,
  minorRule,
  needsGuardian,
  PACK_VERSION,
  policyFor,
  REGIONS,
  rowFor,
} from './pack';
export { packJsonSchema, packSchema, parsePack } from './schema';
export { strictest } from './strictest';
export * from './types';
