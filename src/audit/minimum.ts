/** The statement behind a signed minimum index (C2SP tlog-tiles, "Pruning"): entries below it are not shown any more. */
export const minimumText = (origin: string, minimum: number): string => `avow-minimum/1\n${origin}\n${minimum}\n`;
