export const defineEvent = (name: string) => name;
