const ROUNDS_MIN = 5;

/** What one round took, in any unit that is the same on both sides; smaller is better. */
export type Round = () => Promise<number>;

export interface Comparison {
  readonly own: readonly number[];
  readonly reference: readonly number[];
}

/** Runs both sides in turn, each first in every other round, after one round of each that does not count. */
export async function alternate(
  sides: { readonly own: Round; readonly reference: Round },
  rounds = ROUNDS_MIN,
): Promise<Comparison> {
  const own: number[] = [];
  const reference: number[] = [];
  await sides.reference();
  await sides.own();
  for (let round = 0; round < Math.max(rounds, ROUNDS_MIN); round++) {
    if (round % 2 === 0) reference.push(await sides.reference());
    own.push(await sides.own());
    if (round % 2 === 1) reference.push(await sides.reference());
  }
  return { own, reference };
}

/** Prints and judges both the median and the p95 of the rounds, reference ÷ own. */
export function printComparison(name: string, { own, reference }: Comparison, target: number): void {
  printRatio(name, quantile(reference, 0.5) / quantile(own, 0.5), target);
  printRatio(`${name}-p95`, quantile(reference, 0.95) / quantile(own, 0.95), target);
}

/** One promise. Higher is better; below the target the process ends with 1. */
export function printRatio(name: string, value: number, target: number): void {
  process.stdout.write(`ratio ${name} ${value.toFixed(2)} ${target}\n`);
  if (!(value >= target)) process.exitCode = 1;
}

/** An absolute figure: it differs from machine to machine, so it is printed and not judged. */
export function printFigure(name: string, value: number, unit: string): void {
  process.stdout.write(`${name} ${value >= 100 ? Math.round(value) : value.toPrecision(3)} ${unit}\n`);
}

/** The smallest value that `share` of all values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values to take a quantile of');
  return value;
}
