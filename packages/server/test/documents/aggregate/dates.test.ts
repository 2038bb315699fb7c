import { Int32, Long } from 'bson'
import { describe, expect, it } from 'vitest'
import { type Table, tabled } from './evaluate.ts'

const utc = (text: string): Date => new Date(`${text}Z`)
const newYork = 'America/New_York'

describe('date expressions', () => {
  it('read parts, by the calendar and by ISO weeks, in any zone', () => {
    const document = { d: utc('2024-12-31T23:30:15.250'), s: utc('2023-01-01T00:00:00') }
    const table: Table = [
      [{ $year: '$d' }, new Int32(2024)],
      [{ $year: { date: '$d', timezone: '+01:00' } }, new Int32(2025)],
      [{ $month: '$d' }, new Int32(12)],
      [{ $dayOfMonth: { date: '$d', timezone: 'Asia/Tokyo' } }, new Int32(1)],
      [{ $hour: { date: '$d', timezone: newYork } }, new Int32(18)],
      [{ $millisecond: '$d' }, new Int32(250)],
      [{ $dayOfYear: '$d' }, new Int32(366)],
      [{ $dayOfWeek: '$d' }, new Int32(3)],
      [{ $week: '$d' }, new Int32(52)],
      [{ $week: '$s' }, new Int32(1)],
      [{ $isoWeek: '$d' }, new Int32(1)],
      [{ $isoWeekYear: '$d' }, Long.fromNumber(2025)],
      [{ $isoWeek: '$s' }, new Int32(52)],
      [{ $isoWeekYear: '$s' }, Long.fromNumber(2022)],
      [{ $isoDayOfWeek: '$s' }, new Int32(7)],
      [{ $year: null }, null],
    ]

    const { got, wanted } = tabled(table, document)
    expect(got).toEqual(wanted)
  })

  it('write and read text', () => {
    const document = { d: utc('2024-03-05T07:08:09.010') }
    const read = (dateString: string, more: object = {}): object => ({
      $dateFromString: { dateString, ...more },
    })
    const table: Table = [
      [{ $dateToString: { date: '$d' } }, '2024-03-05T07:08:09.010Z'],
      [
        { $dateToString: { date: '$d', format: '%d.%m.%Y %H:%M:%S.%L %j %u %w %G-%V %%' } },
        '05.03.2024 07:08:09.010 065 2 3 2024-10 %',
      ],
      [{ $dateToString: { date: '$d', format: '%H%z', timezone: newYork } }, '02-0500'],
      [{ $dateToString: { date: null, onNull: 'none' } }, 'none'],
      [read('2024-03-05'), utc('2024-03-05T00:00:00')],
      [read('2024-03-05T07:08:09.010+02:00'), utc('2024-03-05T05:08:09.010')],
      [read('2024-07-05T12:00:00', { timezone: newYork }), utc('2024-07-05T16:00:00')],
      [read('05/03/2024', { format: '%d/%m/%Y' }), utc('2024-03-05T00:00:00')],
      [read('2024-02-30', { onError: 'bad' }), 'bad'],
    ]

    const { got, wanted } = tabled(table, document)
    expect(got).toEqual(wanted)
  })

  it('add, subtract, count and truncate units', () => {
    const document = { d: utc('2024-01-31T10:30:00'), w: utc('2024-05-15T10:30:00') }
    const shift = (unit: string, amount: number, more: object = {}): object => ({
      $dateAdd: { startDate: '$d', unit, amount, ...more },
    })
    const count = (startDate: Date, endDate: Date, unit: string): object => ({
      $dateDiff: { startDate, endDate, unit },
    })
    const cut = (unit: string, more: object = {}): object => ({
      $dateTrunc: { date: '$w', unit, ...more },
    })
    const table: Table = [
      [shift('month', 1), utc('2024-02-29T10:30:00')],
      [shift('year', 1), utc('2025-01-31T10:30:00')],
      [shift('quarter', -1), utc('2023-10-31T10:30:00')],
      [shift('hour', 36), utc('2024-02-01T22:30:00')],
      [shift('day', 60, { timezone: newYork }), utc('2024-03-31T09:30:00')],
      [
        { $dateSubtract: { startDate: '$d', unit: 'month', amount: 2 } },
        utc('2023-11-30T10:30:00'),
      ],
      [count(utc('2023-12-31T23:59:59'), utc('2024-01-01T00:00:00'), 'year'), Long.fromNumber(1)],
      [count(utc('2024-05-18T23:00:00'), utc('2024-05-19T01:00:00'), 'week'), Long.fromNumber(1)],
      [count(utc('2024-05-19T01:00:00'), utc('2024-05-18T23:00:00'), 'day'), Long.fromNumber(-1)],
      [cut('month'), utc('2024-05-01T00:00:00')],
      [cut('quarter'), utc('2024-04-01T00:00:00')],
      [cut('week'), utc('2024-05-12T00:00:00')],
      [cut('week', { startOfWeek: 'monday' }), utc('2024-05-13T00:00:00')],
      [cut('hour', { binSize: 4 }), utc('2024-05-15T08:00:00')],
      [cut('day', { timezone: newYork }), utc('2024-05-15T04:00:00')],
      [{ $dateFromParts: { year: 2024, month: 14, day: 1 } }, utc('2025-02-01T00:00:00')],
      [
        { $dateFromParts: { isoWeekYear: 2025, isoWeek: 1, isoDayOfWeek: 3 } },
        utc('2025-01-01T00:00:00'),
      ],
    ]

    const { got, wanted } = tabled(table, document)
    expect(got).toEqual(wanted)
  })
})
