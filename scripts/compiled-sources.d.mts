/** Of the project, also for what runs as a compiled copy. */
export const root: string;
export function compiledPath(file: string): string;
