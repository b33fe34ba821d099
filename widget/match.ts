/** Does a stored name fall under a declared one? A declared name is exact, or a prefix when it ends in `*`. */
export const matches = (declared: string, name: string): boolean =>
  declared.endsWith('*') ? name.startsWith(declared.slice(0, -1)) : name === declared;
