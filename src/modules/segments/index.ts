export { type CorpTagName, CorpTags } from './corp-tags.facade.js';
export { SegmentsModule } from './segments.module.js';
