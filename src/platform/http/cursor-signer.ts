/** Signs cursors with a key that all processes of a deployment share and that survives restarts. */
export abstract class CursorSigner {
  abstract sign(text: string): string;
  abstract verify(text: string, signature: string): boolean;
}
