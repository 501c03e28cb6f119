import { refusalErrors } from '../redemption.errors.js';

/** The database books discounts by itself and lets a budget hold no more than its limit; here that becomes a refusal. */
export async function bookingDiscounts<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    switch (constraintOf(error)) {
      case 'batch_budgets_spent_check':
        throw refusalErrors.budget_exhausted({}, { cause: error });
      case 'batch_days_spent_check':
        throw refusalErrors.daily_budget_exhausted({}, { cause: error });
      default:
        throw error;
    }
  }
}

function constraintOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'constraint' in error ? error.constraint : undefined;
}
