export class BetaRow {
  id = '';
}
