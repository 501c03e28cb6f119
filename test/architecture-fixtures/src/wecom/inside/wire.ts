export const wire = 1;
export interface Wire {
  at: number;
}
