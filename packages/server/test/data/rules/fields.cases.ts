import { adaId } from './open-test-judge.ts'
import type { RuleCase } from './outcome.ts'

const order = { _id: 1, status: 'open', note: 'a', address: { street: 'x', city: 'y' } }
const items = { _id: 1, items: [{ name: 'a', cost: 1 }, { name: 'b', cost: 2 }, 'loose'] }
const inside = { fields: { street: { read: true, write: true } } }

/** What roles say about single fields. */
export const fieldCases: readonly RuleCase[] = [
  {
    fact: 'a field that may be read is seen, all others are left out',
    rules: { roles: [{ fields: { status: { read: true } } }] },
    allowed: [{ read: order, as: { status: 'open' } }],
    refused: [{ read: { _id: 1, note: 'a' } }, { insert: order }, { delete: order }],
  },
  {
    fact: 'a field that may be written is seen',
    rules: { roles: [{ fields: { status: { write: true } } }] },
    allowed: [
      { read: order, as: { status: 'open' } },
      { update: [order, { ...order, status: 'done' }] },
    ],
    refused: [{ update: [order, { ...order, note: 'c' }] }],
  },
  {
    fact: 'a field that may be read and not written stays',
    rules: { roles: [{ fields: { status: { read: true, write: false } } }] },
    allowed: [{ update: [order, order] }],
    refused: [{ update: [order, { ...order, status: 'done' }] }],
  },
  {
    fact: 'additional_fields are those without a name',
    rules: { roles: [{ fields: { note: { read: false } }, additionalFields: { read: true } }] },
    allowed: [{ read: order, as: { _id: 1, status: 'open', address: order.address } as never }],
    refused: [{ read: { note: 'a' } }],
  },
  {
    fact: 'additional_fields may be written, named ones decide for themselves',
    rules: {
      roles: [
        { fields: { status: { read: true } }, additionalFields: { read: true, write: true } },
      ],
    },
    allowed: [
      { read: order },
      { update: [order, { ...order, note: 'c', more: 1 }] },
      { update: [order, { _id: 1, status: 'open' }] },
      { insert: { _id: 1, note: 'a' } },
    ],
    refused: [
      { update: [order, { ...order, status: 'done' }] },
      { insert: order },
      { delete: order },
    ],
  },
  {
    fact: 'a deletion needs every field of the document to be writable',
    rules: { roles: [{ fields: { _id: { write: true }, note: { write: true } }, delete: true }] },
    allowed: [{ delete: { _id: 1, note: 'a' } }, { insert: { _id: 1, note: 'a' } }],
    refused: [{ delete: order }, { insert: order }],
  },
  {
    fact: 'an insert needs write on the _id as well',
    rules: { roles: [{ fields: { note: { write: true } } }] },
    allowed: [{ update: [{ _id: 1 }, { _id: 1, note: 'a' }] }],
    refused: [{ insert: { _id: 1, note: 'a' } }],
  },
  {
    fact: 'write on all fields beats what fields say',
    rules: { roles: [{ write: true, fields: { status: { read: false, write: false } } }] },
    allowed: [
      { read: order },
      { update: [order, { ...order, status: 'done' }] },
      { delete: order },
    ],
    refused: [],
  },
  {
    fact: 'write: false beats fields that may be written',
    rules: { roles: [{ write: false, fields: { status: { write: true } } }] },
    allowed: [],
    refused: [{ update: [order, { ...order, status: 'done' }] }, { read: order }],
  },
  {
    fact: 'read: false beats fields that may be read',
    rules: { roles: [{ read: false, fields: { status: { read: true } } }] },
    allowed: [],
    refused: [{ read: order }],
  },
  {
    fact: 'read: true beats fields that may not be read',
    rules: { roles: [{ read: true, fields: { status: { read: false } } }] },
    allowed: [{ read: order }],
    refused: [],
  },
  {
    fact: 'fields of an embedded document',
    rules: { roles: [{ fields: { address: inside } }] },
    allowed: [
      { read: order, as: { address: { street: 'x' } } },
      { update: [order, { ...order, address: { street: 'z', city: 'y' } }] },
      { update: [{ _id: 1 }, { _id: 1, address: { street: 'z' } }] },
    ],
    refused: [
      { read: { _id: 1, address: { city: 'y' } } },
      { read: { _id: 1, address: 'x' } },
      { update: [order, { ...order, address: { street: 'x', city: 'z' } }] },
      { update: [order, { ...order, address: { street: 'x' } }] },
      { update: [order, { ...order, address: 'z' }] },
      { update: [{ _id: 1 }, { _id: 1, address: {} }] },
    ],
  },
  {
    fact: 'the permission of a field beats those inside it',
    rules: {
      roles: [{ fields: { address: { read: false, write: false, ...inside } } }],
    },
    allowed: [],
    refused: [
      { read: order },
      { update: [order, { ...order, address: { street: 'z', city: 'y' } }] },
    ],
  },
  {
    fact: 'a field that may be read is read whole, whatever is said inside it',
    rules: {
      roles: [{ fields: { address: { read: true, fields: { city: { read: false } } } } }],
    },
    allowed: [{ read: order, as: { address: order.address } }],
    refused: [],
  },
  {
    fact: 'a field that may not be written closes what is inside it, for reading too',
    rules: {
      roles: [{ fields: { address: { write: false, fields: { street: { write: true } } } } }],
    },
    allowed: [],
    refused: [
      { read: order },
      { update: [order, { ...order, address: { street: 'z', city: 'y' } }] },
    ],
  },
  {
    fact: 'fields of documents in a list',
    rules: { roles: [{ fields: { items: { fields: { name: { read: true, write: true } } } } }] },
    allowed: [
      { read: items, as: { items: [{ name: 'a' }, { name: 'b' }] } },
      {
        update: [
          items,
          { _id: 1, items: [{ name: 'c', cost: 1 }, { name: 'b', cost: 2 }, 'loose'] },
        ],
      },
    ],
    refused: [
      { read: { _id: 1, items: [{ cost: 1 }] } },
      {
        update: [
          items,
          { _id: 1, items: [{ name: 'a', cost: 3 }, { name: 'b', cost: 2 }, 'loose'] },
        ],
      },
      {
        update: [
          items,
          {
            _id: 1,
            items: [
              { name: 'a', cost: 1 },
              { name: 'b', cost: 2 },
            ],
          },
        ],
      },
    ],
  },
  {
    fact: '%%this and %%prev are the field after and before',
    rules: {
      roles: [
        {
          fields: { price: { read: true, write: { '%%this': { $gt: 5 }, '%%prev': { $lt: 5 } } } },
        },
      ],
    },
    allowed: [
      {
        update: [
          { _id: 1, price: 3 },
          { _id: 1, price: 7 },
        ],
      },
    ],
    refused: [
      {
        update: [
          { _id: 1, price: 3 },
          { _id: 1, price: 4 },
        ],
      },
      {
        update: [
          { _id: 1, price: 6 },
          { _id: 1, price: 7 },
        ],
      },
      { update: [{ _id: 1, price: 3 }, { _id: 1 }] },
    ],
  },
  {
    fact: '%%this decides about reading a field',
    rules: { roles: [{ fields: { note: { read: { '%%this': { '%in': ['a', 'b'] } } } } }] },
    allowed: [{ read: { note: 'a' } }],
    refused: [{ read: { note: 'c' } }],
  },
  {
    fact: 'a name without %% in a field permission is a field of the document',
    rules: { roles: [{ fields: { note: { read: { owner: '%%user.id' } } } }] },
    allowed: [{ read: { owner: adaId, note: 'a' }, as: { note: 'a' } }],
    refused: [{ read: { owner: 'x', note: 'a' } }],
  },
  {
    fact: 'fields with the names of what JavaScript adds to objects are fields',
    rules: { roles: [{ fields: { constructor: { read: true } } }] },
    allowed: [{ read: { constructor: 1, note: 'a' } as never, as: { constructor: 1 } as never }],
    refused: [{ read: { toString: 1, note: 'a' } as never }],
  },
]
