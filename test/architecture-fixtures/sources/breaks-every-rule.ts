import { InjectRepository } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { forwardRef } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

export class StaffManager {
  constructor(
    readonly one: number,
    readonly two: number,
    readonly three: number,
    readonly four: number,
    readonly five: number,
    readonly six: number,
    readonly seven: number,
    readonly eight: number,
  ) {}
}

export const guarded = [InjectRepository, DataSource, forwardRef, randomUUID];
export const times = [new Date(), Date.now(), Date(), new Date(0)];
export const chance = Math.random();
export let anything: any;
export const certain = guarded[0]!;
export const cast = chance as unknown as string;

// reason: a comment like this one explains the next line
export const explained = times as unknown[];
export const harmless = [[1] as const, { ...({} as { code?: unknown }) }, times as unknown];
export const everybodys = 'SELECT name FROM staff.staff WHERE id = $1';
export const halfEverybodys = `SELECT FROM staff.staff s JOIN staff.departments d ON true WHERE s.corp_id = $1`;
export const scoped = `DELETE FROM staff.staff WHERE corp_id = $1 RETURNING (SELECT state FROM platform.corps)`;

export function tooLong(): number {
  // 1
  // 2
  // 3
  // 4
  // 5
  // 6
  // 7
  // 8
  // 9
  // 10
  // 11
  // 12
  // 13
  // 14
  // 15
  // 16
  // 17
  // 18
  // 19
  // 20
  // 21
  // 22
  // 23
  // 24
  // 25
  // 26
  // 27
  // 28
  // 29
  // 30
  // 31
  // 32
  // 33
  // 34
  // 35
  // 36
  // 37
  // 38
  // 39
  // 40
  // 41
  // 42
  // 43
  // 44
  // 45
  // 46
  // 47
  // 48
  // 49
  // 50
  // 51
  // 52
  // 53
  // 54
  // 55
  // 56
  // 57
  // 58
  // 59
  // 60
  // 61
  // 62
  // 63
  // 64
  // 65
  // 66
  // 67
  // 68
  return 1;
}

export default tooLong;
