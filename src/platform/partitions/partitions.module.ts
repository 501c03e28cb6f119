import { Module } from '@nestjs/common';
import { PartitionKeeper } from './partition-keeper.js';

@Module({ providers: [PartitionKeeper] })
export class PartitionsModule {}
