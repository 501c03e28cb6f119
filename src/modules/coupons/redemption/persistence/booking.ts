import { redemptionErrors, refusalErrors } from '../redemption.errors.js';

/**
 * The database books discounts by itself, lets a budget hold no more than its limit, and gives a request number once: what it
 * refuses to one of two who came at the same time is told in our words here. The transaction is over then.
 */
export async function bookingDiscounts<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    switch (constraintOf(error)) {
      case 'batch_budgets_spent_check':
        throw refusalErrors.budget_exhausted({}, { cause: error });
      case 'batch_days_spent_check':
        throw refusalErrors.daily_budget_exhausted({}, { cause: error });
      case 'redemptions_request_key':
        throw redemptionErrors.request_no_reused({}, { cause: error });
      default:
        throw error;
    }
  }
}

function constraintOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'constraint' in error ? error.constraint : undefined;
}
