export const query = 'SELECT 1';
