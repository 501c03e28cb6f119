const CHINA_OFFSET_S = 8 * 3600;
const DAY_S = 86_400;

/** Days since 1970 in Asia/Shanghai, where every quota of a natural day ends at midnight. */
export function dayNumber(atS: number): number {
  return Math.floor((atS + CHINA_OFFSET_S) / DAY_S);
}

/** The calendar month in Asia/Shanghai: when it began and how many days it has. */
export function monthOf(atS: number): { startS: number; days: number } {
  const local = new Date((atS + CHINA_OFFSET_S) * 1000);
  const first = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) / 1000;
  const next = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) / 1000;
  return { startS: first - CHINA_OFFSET_S, days: (next - first) / DAY_S };
}
