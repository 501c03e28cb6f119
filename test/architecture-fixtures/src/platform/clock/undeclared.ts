import fc from 'fast-check';

export const undeclared = fc;
