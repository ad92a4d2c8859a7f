import type { ComponentChildren } from 'preact'

export interface Column<T> {
  key: string
  head: string
  cell: (row: T) => ComponentChildren
  numeric?: boolean
  /** Names the row for screen readers. */
  rowHeader?: boolean
}

/** A table of few rows. At narrow widths each row becomes a card. */
export function Table<T>(props: {
  caption: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string
  captionHidden?: boolean
}) {
  return (
    <table class="table">
      <caption class={props.captionHidden ? 'visually-hidden' : undefined}>{props.caption}</caption>
      <thead>
        <tr>
          {props.columns.map((column) => (
            <th key={column.key} scope="col" class={column.numeric ? 'numeric' : undefined}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={props.keyOf(row)}>
            {props.columns.map((column) =>
              column.rowHeader ? (
                <th key={column.key} scope="row" data-head={column.head}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.key} class={column.numeric ? 'numeric' : undefined} data-head={column.head}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
