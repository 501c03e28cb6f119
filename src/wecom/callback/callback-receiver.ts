import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { AppError } from '../../platform/errors/app-error.js';
import { Metrics } from '../../platform/health/metrics.js';
import { CallbackSightings } from '../diagnosis/callback-sightings.js';
import { wecomErrors } from '../wecom.errors.js';
import { openEnvelope, sameText, signatureOf } from './callback-cipher.js';
import { assertEnvelope, findCiphertext } from './callback-envelope.js';
import { CallbackInbox } from './callback-inbox.js';
import { readMessage } from './callback-message.js';
import { type CallbackPlace, CallbackPlaces } from './callback-places.js';

/** WeCom publishes no window; its retries are over well within it, and the inbox remembers bodies for longer. */
const WINDOW_MS = 300_000;
const SECONDS = /^\d{1,12}$/;

/** One request to a callback URL. The query is foreign: a repeated key arrives as a list. */
export interface CallbackRequest {
  readonly placeId: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly arrivedAt: Date;
}

/** Proves that a request is WeCom's, for this corp and of this moment, before anything of it is believed. */
@Injectable()
export class CallbackReceiver {
  private readonly outcomes: Counter<'outcome'>;

  constructor(
    private readonly places: CallbackPlaces,
    private readonly inbox: CallbackInbox,
    private readonly sightings: CallbackSightings,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter(
      'wecom_callbacks_total',
      'Callbacks by outcome: stored, repeated, or the code of the refusal',
      ['outcome'],
    );
  }

  /** URL verification (GET, page 90930): the bytes to answer, exactly. */
  async verifyUrl(request: CallbackRequest): Promise<Buffer> {
    const place = await this.places.get(request.placeId);
    const echo = textOf(request.query, 'echostr').replaceAll(' ', '+'); // a raw + in a query means a space
    const answer = this.open(place, request, echo);
    this.sightings.noteVerification(place, request.arrivedAt);
    return answer;
  }

  /** Receipt (POST): when it returns, the callback is stored. @throws AppError; then nothing is. */
  async receive(request: CallbackRequest, body: Buffer): Promise<void> {
    try {
      const stored = await this.store(request, body);
      this.outcomes.inc({ outcome: stored ? 'stored' : 'repeated' });
    } catch (error) {
      this.outcomes.inc({ outcome: error instanceof AppError ? error.code : 'failed' });
      throw error;
    }
  }

  private async store(request: CallbackRequest, body: Buffer): Promise<boolean> {
    const place = await this.places.get(request.placeId);
    const envelope = body.toString('utf8');
    const encrypt = findCiphertext(envelope);
    const plaintext = this.open(place, request, encrypt);
    assertEnvelope(envelope, encrypt);
    const text = plaintext.toString('utf8');
    const message = readMessage(text);
    this.sightings.noteEvent(place, message.event, request.arrivedAt);
    return this.inbox.put(place, { message, text, receivedAt: request.arrivedAt });
  }

  /** Signature, time, ciphertext, receiver, in this order (page 90968). */
  private open(place: CallbackPlace, { query, arrivedAt }: CallbackRequest, encrypt: string): Buffer {
    const timestamp = textOf(query, 'timestamp');
    const given = textOf(query, 'msg_signature');
    const nonce = textOf(query, 'nonce');
    const credential = place.credentials.find(({ token }) =>
      sameText(signatureOf(token, timestamp, nonce, encrypt), given),
    );
    if (!credential || !isFresh(timestamp, arrivedAt)) throw wecomErrors.callback_unauthentic();
    const { message, receiveId } = openEnvelope(credential.encodingAesKey, encrypt);
    if (!receiveId.equals(Buffer.from(place.wecomCorpId))) throw wecomErrors.callback_unauthentic();
    return message;
  }
}

function textOf(query: Readonly<Record<string, unknown>>, name: string): string {
  const value = query[name];
  return typeof value === 'string' ? value : '';
}

function isFresh(timestamp: string, arrivedAt: Date): boolean {
  return SECONDS.test(timestamp) && Math.abs(Number(timestamp) * 1000 - arrivedAt.getTime()) <= WINDOW_MS;
}
