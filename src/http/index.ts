export * from './answer';
export * from './json';
export * from './limits';
export * from './mount';
export * from './openapi';
export * from './problem';
export * from './route';
export * as schemas from './schemas';
