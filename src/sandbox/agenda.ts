const LOOK_MS = 1000;

/**
 * What falls due by the sandbox's clock: transfers after 24 h, tickets every 10 min. Each duty does what is due and
 * returns. They run before every call and control action, so that a clock moved by hand is seen at once, and every
 * second besides, so that a callback comes without anybody asking.
 */
export class Agenda {
  private readonly duties: (() => void)[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.timer = setInterval(() => this.run(), LOOK_MS);
    this.timer.unref();
  }

  add(duty: () => void): void {
    this.duties.push(duty);
  }

  run(): void {
    for (const duty of this.duties) duty();
  }

  close(): void {
    clearInterval(this.timer);
  }
}
