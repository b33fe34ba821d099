export { start } from './start';
export type { Avow, ConsentChange, StartOptions } from './types';
