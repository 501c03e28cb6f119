/** WeCom's userid ignores case (rest-api.md section 1): this is what we compare and look up by. */
export function staffKeyOf(userId: string): string {
  return userId.toLowerCase();
}
