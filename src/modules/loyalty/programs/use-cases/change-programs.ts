import { Injectable } from '@nestjs/common';
import { isTimeZone } from '../../../../platform/clock/calendar.js';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import { Connections } from '../../../../wecom/index.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import type { ExpiryPolicy } from '../domain/program-time.js';
import type { Program } from '../domain/program.js';
import { type NewProgram, type NewWallet, ProgramStore } from '../persistence/program-store.js';
import { Programs } from '../queries/programs.js';

const PROGRAMS_MAX = 1_000;
export const WALLETS_MAX = 20;
const EXPIRY_COUNT_MAX = 3_650;

/** Makes programs and says what their wallets do. Inside an open unit of work that writes. */
@Injectable()
export class ChangePrograms {
  constructor(
    private readonly programs: Programs,
    private readonly store: ProgramStore,
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly clock: Clock,
  ) {}

  /** @throws loyalty.program_exists, programs_full, time_zone_unknown, expiry_invalid, wallet_exists */
  async create(
    program: Omit<NewProgram, 'timeZone'> & { timeZone: string | undefined; wallets: readonly NewWallet[] },
  ): Promise<Program> {
    const keys = new Set(program.wallets.map(({ key }) => key));
    if (keys.size < program.wallets.length) throw loyaltyErrors.wallet_exists();
    for (const { expiry } of program.wallets) checkExpiry(expiry);
    const timeZone = program.timeZone ?? (await this.connections.get(this.database.corpId)).timeZone;
    if (!isTimeZone(timeZone) || !(await this.database.knowsTimeZone(timeZone)))
      throw loyaltyErrors.time_zone_unknown();
    if ((await this.store.count()) >= PROGRAMS_MAX) throw loyaltyErrors.programs_full();
    const id = await this.store.insert({ ...program, timeZone });
    if (id === undefined) throw loyaltyErrors.program_exists();
    return this.programs.get(id);
  }

  /**
   * Makes a wallet, or changes how points of it expire from now on: lots that are there keep their expiry. Postings follow
   * within a second. @throws loyalty.program_not_found, wallets_full, expiry_invalid
   */
  async putWallet(programId: string, wallet: NewWallet): Promise<Program> {
    checkExpiry(wallet.expiry);
    const { wallets } = await this.programs.get(programId);
    if (!wallets.some(({ key }) => key === wallet.key) && wallets.length >= WALLETS_MAX)
      throw loyaltyErrors.wallets_full();
    await this.store.putWallet(programId, wallet);
    return this.programs.get(programId);
  }

  /** Nothing is earned or spent in it from the next second on; what was booked can be reversed. A second time changes nothing. */
  async end(programId: string): Promise<Program> {
    await this.store.end(programId, this.clock.now());
    return this.programs.get(programId);
  }
}

/** @throws loyalty.expiry_invalid */
function checkExpiry({ kind, count }: ExpiryPolicy): void {
  const isRight = kind === 'never' || (count >= 1 && count <= EXPIRY_COUNT_MAX);
  if (!isRight) throw loyaltyErrors.expiry_invalid();
}
