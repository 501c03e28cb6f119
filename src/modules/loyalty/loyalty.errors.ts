import { defineErrors } from '../../platform/errors/app-error.js';

/** Of programs and of the ledger; other rooms have catalogues of their own. */
export const loyaltyErrors = defineErrors('loyalty', {
  program_not_found: { kind: 'not_found', en: 'No such program', zh: '积分计划不存在' },
  program_exists: { kind: 'conflict', en: 'There is a program with this key', zh: '已有相同 key 的积分计划' },
  programs_full: {
    kind: 'conflict',
    en: 'The corp has its maximum of 1,000 programs',
    zh: '积分计划已达 1000 个上限',
  },
  program_ended: {
    kind: 'conflict',
    en: 'The program has ended: nothing is earned or spent in it any more',
    zh: '积分计划已结束：不再发放或消耗积分',
  },
  wallet_not_found: { kind: 'not_found', en: 'No such wallet in the program', zh: '该计划中没有此账户类型' },
  wallet_exists: {
    kind: 'conflict',
    en: 'The program has a wallet with this key',
    zh: '该计划已有相同 key 的账户类型',
  },
  wallets_full: {
    kind: 'conflict',
    en: 'The program has its maximum of 20 wallets',
    zh: '该计划的账户类型已达 20 个上限',
  },
  wallet_not_spendable: {
    kind: 'unprocessable',
    en: 'The wallet holds a score, which is earned and never spent',
    zh: '该账户为成长值，只能累积，不能消耗',
  },
  expiry_invalid: {
    kind: 'unprocessable',
    en: 'Only never takes no count, every other expiry one of 1 to 3,650; points expire after they were earned',
    zh: 'never 不填 count，其他到期方式的 count 为 1 至 3650；到期时间须晚于获得时间',
  },
  time_zone_unknown: { kind: 'unprocessable', en: 'Not an IANA time zone', zh: '不是有效的 IANA 时区' },
  member_not_found: { kind: 'not_found', en: 'No such member', zh: '会员不存在' },
  member_frozen: {
    kind: 'conflict',
    en: 'The member is frozen: he earns, and spends nothing until he is unfrozen',
    zh: '会员已冻结：可以获得积分，解冻前不能消耗',
  },
  customer_not_found: { kind: 'not_found', en: 'No such customer', zh: '客户不存在' },
  account_not_found: { kind: 'not_found', en: 'No such account', zh: '积分账户不存在' },
  transfer_not_found: { kind: 'not_found', en: 'No such transfer', zh: '积分流水不存在' },
  amount_invalid: {
    kind: 'unprocessable',
    en: 'An amount is an integer from 1 to 1,000,000,000,000; only an adjustment may be negative',
    zh: '积分数量须为 1 至 1000000000000 的整数；仅调整（adjust）可为负数',
  },
  overflow: {
    kind: 'unprocessable',
    en: 'The account would hold more than 1,000,000,000,000,000 points',
    zh: '账户积分将超过 1000000000000000 的上限',
  },
  points_insufficient: {
    kind: 'conflict',
    en: 'The customer has fewer points than that to spend; held and expired ones do not count',
    zh: '可用积分不足（不含已冻结和已过期的积分）',
  },
  key_reused: {
    kind: 'unprocessable',
    en: 'The key was used for another posting of the program; it stands for that one for ever',
    zh: '该 key 已用于此计划的另一笔流水，永久有效，不可复用',
  },
  time_in_future: {
    kind: 'unprocessable',
    en: 'The time effectiveAt lies more than a day ahead',
    zh: 'effectiveAt 晚于当前时间一天以上',
  },
  time_too_old: {
    kind: 'unprocessable',
    en: 'The time effectiveAt lies more than 36 months back',
    zh: 'effectiveAt 早于 36 个月前',
  },
  reversal_exceeds: {
    kind: 'conflict',
    en: 'More would be reversed than the transfer moved',
    zh: '冲正数量超过该流水的剩余可冲正数量',
  },
  transfer_not_reversible: {
    kind: 'conflict',
    en: 'A reversal is not reversed: book it anew',
    zh: '冲正流水不可再冲正：请重新记账',
  },
});
