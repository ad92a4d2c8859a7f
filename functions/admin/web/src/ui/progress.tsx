import { percent } from '../i18n/format'

/** A bar; without a share it says only that work goes on. */
export function ProgressBar(props: { share: number | undefined; label: string; text?: string }) {
  const known = props.share !== undefined
  const share = Math.min(1, Math.max(0, props.share ?? 0))
  return (
    <div
      class={known ? 'bar' : 'bar unknown'} role="progressbar" aria-label={props.label}
      aria-valuemin={0} aria-valuemax={100} aria-valuenow={known ? Math.round(share * 100) : undefined}
      aria-valuetext={props.text ?? (known ? percent(share) : undefined)}
    >
      <span style={known ? { transform: `scaleX(${share})` } : undefined} />
    </div>
  )
}
