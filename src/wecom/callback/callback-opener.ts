import { Injectable } from '@nestjs/common';
import { wecomErrors } from '../wecom.errors.js';
import { openEnvelope, sameText, signatureOf } from './callback-cipher.js';
import { findCiphertext } from './callback-envelope.js';
import type { ReceivedCallback } from './callback-inbox.js';
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

export interface OpenedCallback {
  readonly place: CallbackPlace;
  readonly callback: ReceivedCallback;
}

/** Proves that a request is WeCom's, for this corp and of the moment it arrived, before anything of it is believed. */
@Injectable()
export class CallbackOpener {
  constructor(private readonly places: CallbackPlaces) {}

  /** The query of a URL verification (GET, page 90930): the bytes to answer, exactly. */
  async openEcho(request: CallbackRequest): Promise<{ place: CallbackPlace; echo: Buffer }> {
    const place = await this.places.get(request.placeId);
    const encrypted = textOf(request.query, 'echostr').replaceAll(' ', '+'); // a raw + in a query means a space
    return { place, echo: decrypt(place, request, encrypted) };
  }

  /** A callback (POST). @throws AppError, and what the database says when the place must be looked up and it is away. */
  async open(request: CallbackRequest, body: Buffer): Promise<OpenedCallback> {
    const place = await this.places.get(request.placeId);
    const text = decrypt(place, request, findCiphertext(body.toString('utf8'))).toString('utf8');
    return { place, callback: { message: readMessage(text), text, receivedAt: request.arrivedAt } };
  }
}

/** Signature, time, ciphertext, receiver, in this order (page 90968). */
function decrypt(place: CallbackPlace, { query, arrivedAt }: CallbackRequest, encrypted: string): Buffer {
  const timestamp = textOf(query, 'timestamp');
  const given = textOf(query, 'msg_signature');
  const nonce = textOf(query, 'nonce');
  const credential = place.credentials.find(
    ({ token, acceptedUntil }) =>
      (acceptedUntil === null || acceptedUntil > arrivedAt) &&
      sameText(signatureOf(token, timestamp, nonce, encrypted), given),
  );
  if (!credential || !isFresh(timestamp, arrivedAt)) throw wecomErrors.callback_unauthentic();
  const { message, receiveId } = openEnvelope(credential.encodingAesKey, encrypted);
  if (!receiveId.equals(Buffer.from(place.wecomCorpId))) throw wecomErrors.callback_unauthentic();
  return message;
}

function textOf(query: Readonly<Record<string, unknown>>, name: string): string {
  const value = query[name];
  return typeof value === 'string' ? value : '';
}

function isFresh(timestamp: string, arrivedAt: Date): boolean {
  return SECONDS.test(timestamp) && Math.abs(Number(timestamp) * 1000 - arrivedAt.getTime()) <= WINDOW_MS;
}
