export interface BetaRow {
  id: string;
}
