import { adaId, bobId } from './open-test-judge.ts'
import type { RuleCase } from './outcome.ts'

const mine = { _id: 1, owner: adaId, note: 'a', price: 5 }
const his = { _id: 2, owner: bobId, note: 'b', price: 7 }
const isMine = { owner: '%%user.id' }
const everything = { read: true, write: true, insert: true, delete: true, search: true }

/** Which role counts, and what it says about whole documents. */
export const roleCases: readonly RuleCase[] = [
  {
    fact: 'no role, no access',
    rules: { roles: [] },
    allowed: [],
    refused: [{ read: mine }, { insert: mine }, { update: [mine, mine] }, { delete: mine }],
  },
  {
    fact: 'a role that says nothing allows nothing',
    rules: { roles: [{}] },
    allowed: [],
    refused: [
      { read: mine },
      { insert: mine },
      { update: [mine, { ...mine, note: 'c' }] },
      { delete: mine },
    ],
  },
  {
    fact: 'a role without apply_when never applies',
    rules: { roles: [{ ...everything, applyWhen: undefined }] },
    allowed: [],
    refused: [{ read: mine }, { insert: mine }],
  },
  {
    fact: 'true everywhere allows everything',
    rules: { roles: [everything] },
    allowed: [{ read: mine }, { insert: mine }, { update: [mine, his] }, { delete: mine }],
    refused: [],
  },
  {
    fact: 'a role applies per document',
    rules: { roles: [{ ...everything, applyWhen: isMine }] },
    allowed: [
      { read: mine },
      { insert: mine },
      { delete: mine },
      { update: [mine, { ...mine, note: 'c' }] },
    ],
    refused: [{ read: his }, { insert: his }, { delete: his }, { update: [his, mine] }],
  },
  {
    fact: 'the first role that applies counts, also where a later one would allow more',
    rules: { roles: [{ applyWhen: isMine, read: true }, everything] },
    allowed: [{ read: mine }, { read: his }, { delete: his }, { insert: his }],
    refused: [{ delete: mine }, { insert: mine }, { update: [mine, { ...mine, note: 'c' }] }],
  },
  {
    fact: 'the role of an update is that of the document before it',
    rules: { roles: [{ ...everything, applyWhen: isMine }, { read: true }] },
    allowed: [{ update: [mine, { ...mine, owner: bobId }] }],
    refused: [{ update: [his, { ...his, owner: adaId }] }],
  },
  {
    fact: 'read: false hides the document',
    rules: { roles: [{ read: false }] },
    allowed: [],
    refused: [{ read: mine }],
  },
  {
    fact: 'read decides per document',
    rules: { roles: [{ read: { price: { $lt: 6 } } }] },
    allowed: [{ read: mine }],
    refused: [{ read: his }],
  },
  {
    fact: 'write implies read',
    rules: { roles: [{ write: true }] },
    allowed: [{ read: mine }, { insert: mine }, { delete: mine }],
    refused: [],
  },
  {
    fact: 'write implies read even beside read: false',
    rules: { roles: [{ read: false, write: isMine }] },
    allowed: [{ read: mine }],
    refused: [{ read: his }],
  },
  {
    fact: 'read allows no write',
    rules: { roles: [{ read: true }] },
    allowed: [{ read: mine }],
    refused: [{ insert: mine }, { delete: mine }, { update: [mine, { ...mine, note: 'c' }] }],
  },
  {
    fact: 'write: false refuses also a write that changes nothing',
    rules: { roles: [{ read: true, write: false }] },
    allowed: [],
    refused: [{ update: [mine, mine] }, { insert: mine }, { delete: mine }],
  },
  {
    fact: 'insert and delete are asked beside write, and allowed where nothing is said',
    rules: { roles: [{ write: true }] },
    allowed: [{ insert: mine }, { delete: mine }],
    refused: [],
  },
  {
    fact: 'insert: false refuses an insert and nothing else',
    rules: { roles: [{ write: true, insert: false }] },
    allowed: [{ delete: mine }, { update: [mine, { ...mine, note: 'c' }] }],
    refused: [{ insert: mine }],
  },
  {
    fact: 'delete: false refuses a deletion and nothing else',
    rules: { roles: [{ write: true, delete: false }] },
    allowed: [{ insert: mine }, { update: [mine, { ...mine, note: 'c' }] }],
    refused: [{ delete: mine }],
  },
  {
    fact: 'insert and delete alone are not enough',
    rules: { roles: [{ read: true, insert: true, delete: true }] },
    allowed: [],
    refused: [{ insert: mine }, { delete: mine }],
  },
  {
    fact: 'insert and delete may depend on the document',
    rules: { roles: [{ write: true, insert: isMine, delete: { price: { $lt: 6 } } }] },
    allowed: [{ insert: mine }, { delete: mine }],
    refused: [{ insert: his }, { delete: his }],
  },
  {
    fact: '%%root is the document after a write, %%prevRoot before it',
    rules: {
      roles: [
        { read: true, write: { '%%prevRoot.price': { $lt: 6 }, '%%root.price': { $gt: 6 } } },
      ],
    },
    allowed: [{ update: [mine, { ...mine, price: 7 }] }],
    refused: [
      { update: [mine, { ...mine, note: 'c' }] },
      { update: [his, { ...his, price: 8 }] },
      { insert: { ...mine, price: 7 } },
    ],
  },
  {
    fact: 'a rule for inserts only lets nobody read what it let insert',
    rules: {
      roles: [{ read: false, write: { '%%prevRoot': { '%exists': false } }, insert: true }],
    },
    allowed: [{ insert: mine }],
    refused: [{ read: mine }, { update: [mine, { ...mine, note: 'c' }] }, { delete: mine }],
  },
  {
    fact: '%%root and %%prevRoot are the document that is deleted',
    rules: {
      roles: [
        { read: true, write: true, delete: { '%%root.owner': '%%user.id', '%%prevRoot.price': 5 } },
      ],
    },
    allowed: [{ delete: mine }],
    refused: [{ delete: his }, { delete: { ...mine, price: 6 } }],
  },
  {
    fact: 'document_filters close what they do not let through',
    rules: {
      roles: [{ ...everything, documentFilters: { read: isMine, write: isMine } }],
    },
    allowed: [
      { read: mine },
      { insert: mine },
      { delete: mine },
      { update: [mine, { ...mine, note: 'c' }] },
    ],
    refused: [
      { read: his },
      { insert: his },
      { delete: his },
      { update: [his, { ...his, note: 'c' }] },
    ],
  },
  {
    fact: 'document_filters: nobody takes over a document, nor gives it away',
    rules: {
      roles: [{ ...everything, documentFilters: { read: true, write: isMine } }],
    },
    allowed: [{ read: his }],
    refused: [
      { update: [his, { ...his, owner: adaId }] },
      { update: [mine, { ...mine, owner: bobId }] },
    ],
  },
  {
    fact: 'document_filters: a write filter about %%prevRoot is asked once',
    rules: {
      roles: [
        {
          ...everything,
          documentFilters: { read: true, write: { '%%prevRoot.owner': '%%user.id' } },
        },
      ],
    },
    allowed: [{ update: [mine, { ...mine, owner: bobId }] }],
    refused: [{ update: [his, { ...his, owner: adaId }] }, { insert: mine }],
  },
  {
    fact: 'document_filters: a write filter that holds lets read too',
    rules: { roles: [{ read: true, documentFilters: { read: false, write: isMine } }] },
    allowed: [{ read: mine }],
    refused: [{ read: his }, { update: [mine, { ...mine, note: 'c' }] }],
  },
  {
    fact: 'document_filters: what is not said is not closed',
    rules: { roles: [{ ...everything, documentFilters: { write: isMine } }] },
    allowed: [{ read: his }, { delete: mine }],
    refused: [{ delete: his }, { insert: his }],
  },
  {
    fact: 'document_filters give nothing by themselves',
    rules: { roles: [{ documentFilters: { read: true, write: true } }] },
    allowed: [],
    refused: [{ read: mine }, { insert: mine }],
  },
]
