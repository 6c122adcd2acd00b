/** Exports of banks and payment services in Asia. */
import type { CsvProfile } from '../csv-format.ts';

export const asian: readonly CsvProfile[] = [
  {
    name: 'hdfc',
    title: 'HDFC Bank, account statement',
    signature: ['Date', 'Narration', 'Value Dat', 'Debit Amount', 'Credit Amount', 'Chq/Ref Number', 'Closing Balance'],
    decimal: 'point',
    dates: 'dmy',
    currency: 'INR',
    columns: {
      date: 'Date',
      debit: 'Debit Amount',
      credit: 'Credit Amount',
      reference: 'Chq/Ref Number',
      text: 'Narration',
    },
  },
  {
    name: 'rakuten-bank',
    title: '楽天銀行、入出金明細',
    signature: ['取引日', '入出金(円)', '取引後残高(円)', '入出金内容'],
    currency: 'JPY',
    columns: { date: '取引日', amount: '入出金(円)', counterparty: '入出金内容' },
  },
  {
    name: 'mufg',
    title: '三菱UFJ銀行、入出金明細',
    signature: ['日付', '摘要', '摘要内容', '支払い金額', '預かり金額', '差引残高'],
    dates: 'ymd',
    currency: 'JPY',
    columns: {
      date: '日付',
      debit: '支払い金額',
      credit: '預かり金額',
      counterparty: '摘要内容',
      text: ['摘要', 'メモ'],
    },
  },
  {
    name: 'alipay',
    title: '支付宝，交易明细',
    signature: ['交易时间', '交易分类', '交易对方', '商品说明', '收/支', '金额', '交易状态', '交易订单号'],
    currency: 'CNY',
    columns: {
      id: '交易订单号',
      date: '交易时间',
      amount: '金额',
      indicator: '收/支',
      reference: '商家订单号',
      counterparty: '交易对方',
      text: ['商品说明', '备注'],
    },
    leaveOut: [
      { column: '收/支', is: ['不计收支', '/'], reason: 'neither in nor out' },
      { column: '交易状态', is: ['交易关闭'], reason: 'closed' },
    ],
  },
  {
    name: 'wechat-pay',
    title: '微信支付，账单明细',
    signature: ['交易时间', '交易类型', '交易对方', '商品', '收/支', '金额(元)', '支付方式', '当前状态', '交易单号'],
    currency: 'CNY',
    columns: {
      id: '交易单号',
      date: '交易时间',
      amount: '金额(元)',
      indicator: '收/支',
      reference: '商户单号',
      counterparty: '交易对方',
      text: ['商品', '交易类型'],
    },
    leaveOut: [{ column: '收/支', is: ['/', '中性交易'], reason: 'neither in nor out' }],
  },
];
