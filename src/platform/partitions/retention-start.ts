/** What lies before this may be gone tomorrow, and has no place any more: the first of the month, in UTC. */
export function retentionStart(now: Date, keepMonths: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keepMonths, 1));
}
