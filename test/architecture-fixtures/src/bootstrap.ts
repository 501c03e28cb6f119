export const start = () => import('./in-between.js');
