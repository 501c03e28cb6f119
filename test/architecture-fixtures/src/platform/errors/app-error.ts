export const defineErrors = (name: string) => name;
