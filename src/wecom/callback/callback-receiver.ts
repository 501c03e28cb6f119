import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { AppError } from '../../platform/errors/app-error.js';
import { Metrics } from '../../platform/health/metrics.js';
import { CallbackSightings } from '../diagnosis/callback-sightings.js';
import { isFaultOfContent } from './callback-faults.js';
import { CallbackInbox } from './callback-inbox.js';
import { CallbackOpener, type CallbackRequest } from './callback-opener.js';
import { CallbackSpool } from './spool/callback-spool.js';

/**
 * WeCom should be answered within 1 s. Most of it belongs to the database, whose place is the better one; the rest is
 * for looking up the place before and for the disk after.
 */
const DATABASE_PATIENCE_MS = 500;

/** Takes callbacks that are proved to be WeCom's, into the database or, when that is slow or gone, into the spool. */
@Injectable()
export class CallbackReceiver {
  private readonly outcomes: Counter<'outcome'>;

  constructor(
    private readonly opener: CallbackOpener,
    private readonly inbox: CallbackInbox,
    private readonly spool: CallbackSpool,
    private readonly sightings: CallbackSightings,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'wecom_callbacks_total',
      'Callbacks by outcome: stored, repeated, spooled, or the code of the refusal; failed had no answer',
      ['outcome'],
    );
  }

  /** URL verification (GET): the bytes to answer, exactly. @throws AppError */
  async verifyUrl(request: CallbackRequest): Promise<Buffer> {
    const { place, echo } = await this.opener.openEcho(request);
    this.sightings.noteVerification(place, request.arrivedAt);
    return echo;
  }

  /** Receipt (POST): when it returns, the callback will not be lost. @throws AppError for what is refused, else anything. */
  async receive(request: CallbackRequest, body: Buffer): Promise<void> {
    try {
      this.outcomes.inc({ outcome: await this.take(request, body) });
    } catch (error) {
      this.outcomes.inc({ outcome: error instanceof AppError ? error.code : 'failed' });
      throw error;
    }
  }

  private async take(request: CallbackRequest, body: Buffer): Promise<'stored' | 'repeated' | 'spooled'> {
    const { place, callback } = await this.opener.open(request, body);
    this.sightings.noteEvent(place, callback.message.event, request.arrivedAt);
    if (!this.spool.isDiverting()) {
      try {
        const isFirst = await this.inbox.put(place, callback, DATABASE_PATIENCE_MS);
        return isFirst ? 'stored' : 'repeated';
      } catch (error) {
        if (!isFaultOfContent(error)) this.spool.divert(error);
      }
    }
    await this.spool.append(request, body);
    return 'spooled';
  }
}
