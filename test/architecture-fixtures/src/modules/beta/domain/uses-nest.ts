import { Injectable } from '@nestjs/common';

export const usesNest = Injectable;
