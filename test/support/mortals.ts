import { setTimeout as sleep } from 'node:timers/promises';
import { startTestProcess, type TestProcess } from './child-process.js';
import { DEATH_PLACES } from './processes/death.js';

/** How long a process may take to come to the place where it shall die; then it is killed where it is. */
const ORDER_MS = 400;
/** After so many times of passing a place at most. */
const PASSINGS_MAX = 5;
const START_MAX_MS = 120_000;

export interface MortalKind {
  readonly name: string;
  /** Relative to the project's root. */
  readonly file: string;
  readonly env: Record<string, string>;
  /** Of this kind so many others must be ready before one may die: somebody has to do its work. */
  readonly othersMin: number;
}

class Mortal {
  child!: TestProcess;
  ready!: Promise<unknown>;
  isReady = false;

  constructor(readonly kind: MortalKind) {
    this.start();
  }

  start(): void {
    this.isReady = false;
    this.child = startTestProcess(this.kind.file, this.kind.env);
    this.ready = this.child.message('ready', START_MAX_MS).then(() => (this.isReady = true));
    this.ready.catch(() => undefined); // who waits for all of them sees it
  }
}

/** Keeps processes alive, whatever kills them: who dies is started again at once. */
export class Mortals {
  kills = 0;
  /** Ended by themselves, which no fault around them justifies. */
  readonly crashes: string[] = [];
  private readonly all: Mortal[] = [];
  private closing = false;

  async start(kind: MortalKind): Promise<TestProcess> {
    const mortal = new Mortal(kind);
    this.all.push(mortal);
    void this.watch(mortal);
    await mortal.ready;
    return mortal.child;
  }

  /** @returns false when none of this kind can be spared now. */
  async killOne(name: string, random: () => number): Promise<boolean> {
    const ready = this.all.filter(({ kind, isReady }) => kind.name === name && isReady);
    const victim = ready[Math.floor(random() * ready.length)];
    if (!victim || ready.length <= victim.kind.othersMin) return false;
    victim.isReady = false;
    const place = DEATH_PLACES[Math.floor(random() * (DEATH_PLACES.length + 1))];
    if (place) {
      victim.child.send({ type: 'die', place, passing: 1 + Math.floor(random() * PASSINGS_MAX) });
      await Promise.race([victim.child.gone, sleep(ORDER_MS)]);
    }
    await victim.child.kill();
    this.kills += 1;
    return true;
  }

  /** Those that live now. */
  tell(message: object): void {
    for (const { child } of this.all) if (child.process.connected) child.send(message);
  }

  async whenAllReady(): Promise<void> {
    for (const mortal of this.all) await mortal.ready;
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.all.map(({ child }) => child.kill()));
  }

  private async watch(mortal: Mortal): Promise<void> {
    while (!this.closing) {
      const { child } = mortal;
      const end = await child.gone;
      if (end !== 'SIGKILL') this.crashes.push(`${mortal.kind.name} ended with ${end}: ${child.output()}`);
      if (!this.closing) mortal.start();
    }
  }
}
