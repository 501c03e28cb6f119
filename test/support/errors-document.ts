import type { ErrorDefinition } from '../../src/platform/errors/app-error.js';
import { statusOf } from '../../src/platform/http/status-of.js';

const HEAD = `# Error codes · 错误码

Every error is \`application/problem+json\` (RFC 9457): \`type\`, \`title\` in the language of \`Accept-Language\`, \`status\`,
\`code\`, \`requestId\`, \`retryable\`, perhaps \`params\` with facts, and \`errors[]\` with \`in\`, \`pointer\`, \`code\` and \`detail\` for
invalid fields. A released code never changes its meaning. With \`Retry-After\`, repeat after that many seconds.

错误统一为 \`application/problem+json\`；\`code\` 一经发布含义不变；\`retryable\` 为真时可稍后重试。

<!-- Written by: UPDATE_DOCS=1 npm run jest -- test/contract/errors -->
`;

/** docs/errors.md, one table for each module. */
export function errorsDocument(errors: readonly ErrorDefinition[]): string {
  const modules = [...new Set(errors.map(({ code }) => moduleOf(code)))];
  const tables = modules.map((module) => {
    const rows = errors.filter(({ code }) => moduleOf(code) === module).map(rowOf);
    return [
      `## ${module}`,
      '',
      '| code | status | retry | meaning | 含义 |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  return [HEAD, ...tables].join('\n');
}

function rowOf(error: ErrorDefinition): string {
  const cells = [
    `\`${error.code}\``,
    String(statusOf(error.kind)),
    error.retryable ? 'yes' : '',
    error.en,
    error.zh,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function moduleOf(code: string): string {
  return code.slice(0, code.indexOf('.'));
}
