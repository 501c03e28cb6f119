/** What an order says, in one form: the same order sent again is the same text, however its fields stand. */
export function bodyText(order: object): string {
  const said = Object.entries(order).filter(([, value]) => value !== undefined);
  return JSON.stringify(said.sort(([a], [b]) => (a < b ? -1 : 1)));
}
