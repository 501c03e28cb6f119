import type { Benefit, CouponTerms, Step, Validity } from './terms.js';

/**
 * Where terms contradict themselves: the path of the field, or undefined. Types and bounds of single fields were checked
 * when they came in.
 */
export function faultOf({ benefit, validity, conditions }: CouponTerms): string | undefined {
  return faultOfBenefit(benefit) ?? faultOfValidity(validity) ?? faultOfLists({ ...conditions });
}

function faultOfBenefit(benefit: Benefit): string | undefined {
  if (benefit.kind !== 'stepped') return undefined;
  const ascends = benefit.steps.every((step, index) => isAbove(step, benefit.steps[index - 1]));
  return ascends ? undefined : 'benefit.steps';
}

/** Each step asks more and gives more, and none gives more than it asks. */
function isAbove({ from, off }: Step, below: Step | undefined): boolean {
  return off <= from && (!below || (from > below.from && off > below.off));
}

function faultOfValidity(validity: Validity): string | undefined {
  if (validity.kind === 'absolute' && validity.from >= validity.until) return 'validity.until';
  if (validity.hours?.some(({ from, until }) => from === until)) return 'validity.hours';
  const areWeekdays = (validity.weekdays ?? []).every((day) => day >= 1 && day <= 7);
  return areWeekdays && isDistinct(validity.weekdays) ? undefined : 'validity.weekdays';
}

function faultOfLists(conditions: Readonly<Record<string, readonly string[]>>): string | undefined {
  const [fault] = Object.entries(conditions).find(([, values]) => !isDistinct(values)) ?? [];
  return fault && `conditions.${fault}`;
}

function isDistinct(values: readonly unknown[] = []): boolean {
  return new Set(values).size === values.length;
}
