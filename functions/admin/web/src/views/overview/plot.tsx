import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'

import { language } from '../../i18n'
import { dark } from '../../theme'

import type { Columns } from './series'

/** A line or a row of bars; color is the name of a custom property. */
export interface Line {
  label: string
  color: string
  dash?: number[]
}

export interface PlotProps {
  title: string
  data: Columns
  lines: Line[]
  bars?: boolean
  /** By what the lines across are apart; the smallest that leaves room is taken. */
  steps: number[]
  format: (value: number) => string
  /** Says a column of the data, for the line below. */
  readout: (index: number) => string
  legend: ComponentChildren
  /** What the picture shows, in words. */
  summary: string
}

const height = 170

/** A picture of numbers over time. What it shows stands in a table as well. */
export function Plot(props: PlotProps) {
  const root = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const [at, setAt] = useState<number | undefined>(undefined)
  const latest = useRef(props)
  latest.current = props
  const shape = props.lines.map((l) => l.label).join()
  useEffect(() => {
    const element = root.current!
    const made = new uPlot(options(element, latest.current, setAt), latest.current.data as uPlot.AlignedData, element)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [dark.value, language.value, shape])
  useEffect(() => plot.current?.setData(props.data as uPlot.AlignedData), [props.data])
  return (
    <figure class="chart">
      <figcaption>{props.title}</figcaption>
      <p class="plot-readout small muted" aria-hidden="true">
        {at !== undefined && props.data[0][at] !== undefined && props.readout(at)}
      </p>
      <div class="plot" ref={root} role="img" aria-label={props.summary} />
      {props.legend}
    </figure>
  )
}

function options(element: HTMLElement, props: PlotProps, setAt: (index: number | undefined) => void): uPlot.Options {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(name)
  const axis: uPlot.Axis = {
    stroke: color('--muted'), font: `12px ${style.fontFamily}`,
    grid: { stroke: color('--line'), width: 1 }, ticks: { show: false },
  }
  return {
    width: element.clientWidth, height, padding: [10, 22, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    hooks: { setCursor: [(u) => setAt(u.cursor.idx ?? undefined)] },
    scales: { y: { range: (_, __, max) => [0, topOf(max, props.steps)] }, x: { range: (_, min, max) => padded(min, max) } },
    axes: [
      { ...axis, space: 70, size: 28, values: (_, splits) => dates(splits) },
      {
        ...axis, size: 76, space: 36, incrs: props.steps,
        values: (_, splits) => splits.map((v) => props.format(v)),
      },
    ],
    series: [{}, ...props.lines.map((line) => seriesOf(line, color(line.color), props.bars ?? false))],
  }
}

function seriesOf(line: Line, color: string, bars: boolean): uPlot.Series {
  if (bars) return { label: line.label, fill: color, stroke: color, width: 0, points: { show: false }, paths: uPlot.paths.bars!({ size: [0.7, 28, 2] }) }
  return {
    label: line.label, stroke: color, width: 2, spanGaps: true, ...(line.dash && { dash: line.dash }),
    points: { show: true, size: 6, fill: color, stroke: color },
  }
}

/** Leaves some room above the highest, and something to draw when there is nothing. */
function topOf(max: number | null, steps: number[]): number {
  return !max || max <= 0 ? (steps[0] ?? 1) : max * 1.12
}

const day = 86_400

function padded(min: number, max: number): [number, number] {
  const room = Math.max((max - min) * 0.03, max === min ? day / 2 : 0)
  return [min - room, max + room]
}

function dates(splits: number[]): string[] {
  const short = (splits.at(-1) ?? 0) - (splits[0] ?? 0) < 2 * day
  const dayOf = new Intl.DateTimeFormat(language.value, { day: 'numeric', month: 'short' })
  const timeOf = new Intl.DateTimeFormat(language.value, { timeStyle: 'short' })
  return splits.map((v) => {
    const at = new Date(v * 1000)
    const midnight = at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0
    return (short && !midnight ? timeOf : dayOf).format(at)
  })
}
