export function compiledPath(file: string): string;
