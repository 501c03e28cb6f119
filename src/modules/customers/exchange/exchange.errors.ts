import { defineErrors } from '../../../platform/errors/app-error.js';

export const exchangeErrors = defineErrors('customers', {
  import_not_found: { kind: 'not_found', en: 'No such import', zh: '导入任务不存在' },
  import_state: {
    kind: 'conflict',
    en: 'The import is in a state that does not allow this',
    zh: '导入任务当前的状态不允许此操作',
  },
  imports_full: {
    kind: 'conflict',
    en: 'The corp keeps 50 imported files already: delete some',
    zh: '保留的导入文件已达 50 个上限：请先删除一些',
  },
  import_part_number: {
    kind: 'not_found',
    en: 'Parts are numbered from 1 to 1,000',
    zh: '分片编号为 1 到 1000',
  },
  import_part_empty: { kind: 'unprocessable', en: 'The part has no bytes', zh: '分片内容为空' },
  import_part_differs: {
    kind: 'conflict',
    en: 'This part has been sent with other bytes: delete the import and make a new one',
    zh: '该分片已上传过不同的内容：请删除后重新创建导入',
  },
  import_part_missing: {
    kind: 'unprocessable',
    en: 'Not all parts are there: parts are numbered from 1 without a gap',
    zh: '分片不完整：编号须从 1 开始且连续',
  },
  previews_busy: {
    kind: 'unavailable',
    en: 'Other previews are being read: try again in some seconds',
    zh: '正在读取其他预览，请稍后重试',
    retryable: true,
  },
  import_file_gone: {
    kind: 'conflict',
    en: 'The file has been removed: it is kept for 7 days',
    zh: '文件已删除：仅保留 7 天',
  },
  import_mapping_invalid: {
    kind: 'unprocessable',
    en: 'The mapping does not fit: a column is missing or twice in the file, a target is twice or unknown, or nothing leads to a customer',
    zh: '列映射有误：文件中没有该列或列名重复，目标重复或不存在，或没有任何可识别客户的列',
  },
  content_of_others: {
    kind: 'forbidden',
    en: 'Only the owner of the key that sent the file, or a key with customers:reveal, sees what is in it',
    zh: '仅上传该文件的密钥所有者或具有 customers:reveal 权限的密钥可以查看内容',
  },
  reveal_scope_missing: {
    kind: 'forbidden',
    en: 'Whole personal data needs a key with customers:reveal',
    zh: '导出完整个人信息需要具有 customers:reveal 权限的密钥',
  },
  export_not_found: { kind: 'not_found', en: 'No such export', zh: '导出任务不存在' },
  export_not_ready: {
    kind: 'conflict',
    en: 'The export is still running, has failed or was cancelled',
    zh: '导出尚未完成、已失败或已取消',
  },
  export_file_gone: {
    kind: 'conflict',
    en: 'The file has been removed: it is kept for 24 hours',
    zh: '文件已删除：仅保留 24 小时',
  },
  export_column_unknown: { kind: 'unprocessable', en: 'No such column', zh: '导出列不存在' },
  export_filter_personal: {
    kind: 'unprocessable',
    en: 'A filter that is kept with the export holds no phones, no identifiers and no personal fields',
    zh: '导出会保存筛选条件，条件中不能包含手机号、标识和个人信息字段',
  },
  export_too_large: {
    kind: 'unprocessable',
    en: 'More than a workbook holds (1,048,575 rows, 4 GiB): choose CSV or NDJSON, or a narrower filter',
    zh: '超出 XLSX 的容量（1048575 行、4 GiB）：请改用 CSV 或 NDJSON，或缩小筛选范围',
  },
});
